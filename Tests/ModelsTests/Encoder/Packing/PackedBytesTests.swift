import BatchCore
import Kernels
import Testing

@testable import Models

/// Whether weights are packed as the version of the cache says.
@Suite struct PackedBytesTests {
    /// The version that `checksums` are of.
    private static let version: UInt16 = 3

    /// CRC-32C of bert-sequence, packed for the portable kernels.
    private static let checksums: [MatrixPrecision: UInt32] = [
        .float32: 1_365_986_843, .bfloat16: 563_657_940, .int8: 1_188_625_376, .int8Narrow: 1_188_625_376,
    ]

    @Test(arguments: MatrixPrecision.allCases)
    func otherBytesHaveAnotherVersion(precision: MatrixPrecision) throws {
        let kernels = try KernelTable.select(forced: "portable")
        let model = try EncoderModel(
            checkpoint: EncoderCheckpoint(directory: EncoderFixture.path("bert-sequence")),
            tokenizer: nil,
            identity: ModelIdentity(name: "", version: 1, weightsSHA256: "", precision: ""),
            precision: precision,
            kernels: kernels
        )
        let checksum = model.memory.withUnsafeBytes { kernels.crc32c(of: UnsafeRawBufferPointer($0)) }
        #expect(
            Self.checksums[precision] == checksum && Self.version == PackedFile.version,
            """
            Packing gives other bytes, so caches on disk must be made anew: count PackedFile.version (now \
            \(PackedFile.version)) up once, write it to `version` here, and \(precision): \(checksum) to `checksums`.
            """
        )
    }
}
