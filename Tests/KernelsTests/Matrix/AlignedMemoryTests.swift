import Testing

@testable import Kernels

@Suite struct AlignedMemoryTests {
    @Test(arguments: [0, 1, 64, 4 << 20])
    func memoryForWeightsIsZeroedAndAligned(bytes: Int) throws {
        let memory = try AlignedMemory(weightBytes: bytes)
        memory.withUnsafeBytes { buffer in
            #expect(buffer.count == bytes && UInt(bitPattern: buffer.baseAddress) % 64 == 0)
            #expect(buffer.allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: [1 << 48, Int.max])
    func memoryThatCannotBeHadIsAnErrorWithItsSize(bytes: Int) {
        let error = #expect(throws: KernelError.self) { try AlignedMemory(weightBytes: bytes) }
        #expect(error?.description.contains("\(bytes) bytes") == true)
    }
}
