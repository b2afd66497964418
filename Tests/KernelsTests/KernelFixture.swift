import CKernels

/// A matrix of int8 rows and ids into it, with guards around what kernels write.
struct KernelFixture {
    let columns: Int
    let ids: [UInt32]
    let rows: [Int8]

    private static let rowCount = 97
    private static let guardValue: Int32 = 0x5A5A_5A5A

    init(columns: Int, count: Int) {
        var state = UInt64(columns * 1_000 + count + 1)
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        self.columns = columns
        rows = (0..<(Self.rowCount * columns + Int(BK_ROW_PADDING_BYTES))).map { _ in
            Int8(truncatingIfNeeded: next())
        }
        ids = (0..<count).map { _ in UInt32(next() % UInt64(Self.rowCount)) }
    }

    /// The sums by the definition, in Double.
    var expected: [Double] {
        (0..<columns).map { column in
            ids.reduce(0) { $0 + Double(rows[Int($1) * columns + column]) }
        }
    }

    /// The sums of a kernel, and whether it wrote nothing but these.
    func run(_ table: bk_table) -> (sums: [Double], isGuardIntact: Bool) {
        var memory = Array(repeating: Self.guardValue, count: columns + 16)
        memory.withUnsafeMutableBufferPointer { memory in
            guard let base = memory.baseAddress else { return }
            table.row_sum_i8(rows, columns, ids, ids.count, base + 8)
        }
        let isIntact = (memory.prefix(8) + memory.suffix(8)).allSatisfy { $0 == Self.guardValue }
        return (memory[8..<(8 + columns)].map(Double.init), isIntact)
    }

    /// Every table this machine can run.
    static var tables: [bk_table] {
        var tables: [bk_table] = []
        while let table = bk_table_at(tables.count) {
            tables.append(table.pointee)
        }
        return tables
    }
}
