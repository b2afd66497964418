import Kernels
import Testing

@Suite struct ChecksumTests {
    @Test func everyInstructionSetGivesTheStandardsValue() {
        for table in KernelTable.available {
            let digits = Array("123456789".utf8)
            #expect(digits.withUnsafeBytes { table.crc32c(of: $0) } == 0xE306_9283)
        }
    }

    @Test func piecesGiveTheChecksumOfTheWhole() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 31) }
        for table in KernelTable.available {
            let whole = bytes.withUnsafeBytes { table.crc32c(of: $0) }
            let first = bytes[..<333].withUnsafeBytes { table.crc32c(of: $0) }
            #expect(bytes[333...].withUnsafeBytes { table.crc32c(of: $0, continuing: first) } == whole)
        }
    }
}
