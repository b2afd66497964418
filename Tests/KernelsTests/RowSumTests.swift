import CKernels
import Testing

@Suite struct RowSumTests {
    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 39, 40, 63, 64, 65, 77, 150])
    func everyInstructionSetAddsUpRows(columns: Int) {
        for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 33, 300] {
            let fixture = KernelFixture(columns: columns, count: count)
            for table in KernelFixture.tables {
                let result = fixture.run(table)
                #expect(result.sums == fixture.expected, "\(String(cString: table.name)), \(count) ids")
                #expect(result.isGuardIntact, "\(String(cString: table.name)), \(count) ids")
            }
        }
    }

    @Test func everyInstructionSetFindsTheMaximumAndCountsWhatIsBelow() {
        for count in [0, 1, 7, 8, 9, 31, 32, 33, 1000] {
            let values = (0..<UInt32(count)).map { $0 &* 2_654_435_761 }
            for table in KernelFixture.tables {
                #expect(table.maximum_u32(values, count) == values.max() ?? 0)
                for bound: UInt32 in [0, 1, 1 << 31, .max] {
                    let below = UInt32(values.filter { $0 < bound }.count)
                    #expect(table.count_below_u32(values, count, bound) == below)
                }
            }
        }
    }
}
