import SystemPackage
import Testing

@testable import batchd

@Suite struct OrderedOutputTests {
    @Test func blocksThatComeEarlyAreWrittenInTheirTurn() throws {
        let pipe = try FileDescriptor.pipe()
        let output = OrderedOutput(descriptor: pipe.writeEnd.rawValue, aheadMaximum: 4)
        for ordinal in [2, 1, 3, 0, 5, 4] {
            try output.write(Array("\(ordinal)".utf8), ordinal: ordinal)
        }
        try pipe.writeEnd.close()
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = try bytes.withUnsafeMutableBytes { try pipe.readEnd.read(into: $0) }
        try pipe.readEnd.close()
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == "012345")
    }

    @Test(arguments: [(1, 4 << 10), (128, 8 << 10), (512, 32 << 10), (16_384, 1 << 20), (.max, 1 << 20)])
    func aBlockFillsSomeBatches(budgetTokens: Int, bytes: Int) {
        #expect(BlockSize(budgetTokens: budgetTokens).bytes == bytes)
    }
}
