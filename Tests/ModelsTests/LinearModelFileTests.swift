import Kernels
import Models
import Testing

@Suite struct LinearModelFileTests {
    private let file = LinearModelFile.write(ModelFixture.parameters)

    @Test func whatIsWrittenIsRead() throws {
        let read = try LinearModelFile.read(file.bytes, source: "weights.bin")
        let written = ModelFixture.parameters
        #expect(read.sha256 == file.sha256)
        #expect(read.sha256.count == 64)
        #expect(read.parameters.labels == written.labels)
        #expect(read.parameters.features == written.features)
        #expect(read.parameters.weights.biases == written.weights.biases)
        #expect(read.parameters.weights.scale == written.weights.scale)
        #expect(read.parameters.weights.reference == written.weights.reference)
        #expect(read.parameters.weights.lightIds == written.weights.lightIds)
        #expect(read.parameters.weights.lightCount == written.weights.lightCount)
        let rows = read.parameters.weights.rows.withUnsafeBytes { Array($0) }
        #expect(rows == written.weights.rows.withUnsafeBytes { Array($0) })
    }

    @Test func everyCutIsRefused() {
        for count in 0..<file.bytes.count {
            #expect(throws: ModelError.self) {
                try LinearModelFile.read(Array(file.bytes.prefix(count)), source: "weights.bin")
            }
        }
    }

    @Test func everyChangedByteIsRefused() {
        for index in file.bytes.indices {
            var bytes = file.bytes
            bytes[index] ^= 0x81
            #expect(throws: ModelError.self, "byte \(index)") {
                try LinearModelFile.read(bytes, source: "weights.bin")
            }
        }
    }

    private static let wrongNumbers: [(offset: Int, replacement: [UInt8], word: String)] = [
        (0, [0x58], "BATCHDLM"),
        (8, [9], "format is 9"),
        (12, [1], "byte 80"),
        (48, [1], "1 labels"),
        (48, [0xFF, 0xFF, 0xFF, 0xFF], "4294967295 labels"),
        (52, [0xFF, 0xFF, 0xFF, 0x0F], "buckets"),
        (52, [0xFF, 0xFF, 0xFF, 0xFF], "4294967295"),
        (60, [3], "number 3 of 3"),
        (64, [0, 0, 0x80, 0x7F], "scale"),
        (64, [0xFF, 0xFF, 0x7F, 0x7F], "scale"),
        (68, [0, 0, 0xC0, 0x7F], "count of characters' n-grams"),
        (80, [0xFF, 0xFF, 0x7F, 0xFF], "bias 0"),
        (72, [99], "word order is 99"),
        (77, [0xF0], "flags"),
    ]

    @Test(arguments: wrongNumbers)
    func aWrongNumberIsNamed(offset: Int, replacement: [UInt8], word: String) {
        var bytes = file.bytes
        bytes.replaceSubrange(offset..<(offset + replacement.count), with: replacement)
        #expect {
            try LinearModelFile.read(bytes, source: "weights.bin")
        } throws: { error in
            "\(error)".contains(word) && "\(error)".contains("weights.bin")
        }
    }
}
