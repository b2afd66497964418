import CKernels
import Testing

@Suite struct PackingTests {
    private static let sizes = [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 100, 384]

    private func pack(
        _ table: bk_table,
        _ rows: [[Float]],
        format: bk_format,
        depth: UInt32,
        columnScales: [Float]? = nil
    ) throws -> PanelReader {
        let columns = rows[0].count
        let reader = PanelReader(format: format, panelRows: 3, depth: depth, rows: rows.count, columns: columns)
        let gap = [Float](repeating: 1e30, count: 5)
        let x = GuardedFloats(Array(rows.joined(separator: gap)))
        let scales = columnScales.map { GuardedFloats($0) }
        var panels = reader.panels(columnScales: scales?.pointer)
        try #require(table.rows).pointee.pack(x.pointer, columns + 5, rows.count, columns, &panels)
        return reader
    }

    private func randomRows(columns: Int) -> [[Float]] {
        var source = NumberSource(seed: columns)
        return [3, 0.001, 1e20, 0x1p-130].map { source.floats(columns, $0) }
            + [source.floats(columns, 1).map { $0 + 2 }, source.floats(columns, 1).map { $0 - 2 }]
            + [Array(repeating: 0, count: columns)]
    }

    /// The nearest bfloat16, to even.
    private func rounded(_ x: Float) -> Int {
        let (kept, cut) = (x.bitPattern >> 16, x.bitPattern & 0xFFFF)
        return Int(cut > 0x8000 || (cut == 0x8000 && kept % 2 == 1) ? kept + 1 : kept)
    }

    @Test(arguments: sizes)
    func floatsAreStoredExactlyOrToTheNearest(columns: Int) throws {
        let rows = randomRows(columns: columns)
        for table in KernelFixture.tables {
            for depth: UInt32 in [1, 2, 4, 12, 16, 32] {
                for format in [BK_F32, BK_BF16] {
                    let reader = try pack(table, rows, format: format, depth: depth)
                    for (row, numbers) in rows.enumerated() {
                        let expected = numbers.map { format == BK_F32 ? Int($0.bitPattern) : rounded($0) }
                        let padding = Array(repeating: 0, count: reader.paddedColumns - columns)
                        #expect(reader.storedRows[row] == expected + padding, "\(String(cString: table.name))")
                    }
                    #expect(reader.isGuardIntact, "\(String(cString: table.name))")
                }
            }
        }
    }

    @Test func bfloat16TiesGoToEvenAndNaNStays() throws {
        let row: [Float] = [
            Float(bitPattern: 0x3F80_8000), Float(bitPattern: 0x3F81_8000), Float(bitPattern: 0x7F80_0001),
            .infinity, -.infinity, .greatestFiniteMagnitude, -0.0,
        ]
        for table in KernelFixture.tables {
            let reader = try pack(table, [row], format: BK_BF16, depth: 1)
            #expect(reader.stored(0, 0) == 0x3F80)
            #expect(reader.stored(0, 1) == 0x3F82)
            #expect(reader.value(0, 2).isNaN)
            #expect((3..<7).map { reader.stored(0, $0) } == [0x7F80, 0xFF80, 0x7F80, 0x8000])
        }
    }

    @Test(arguments: sizes, [(BK_U8, 255), (BK_U7, 127)])
    func integersAreWithinHalfAStep(columns: Int, format: (bk_format, largest: Int)) throws {
        let rows = randomRows(columns: columns)
        for table in KernelFixture.tables {
            for depth: UInt32 in [4, 12, 32, 64] {
                let reader = try pack(table, rows, format: format.0, depth: depth)
                for (row, numbers) in rows.enumerated() {
                    let range = Double(max(numbers.max() ?? 0, 0)) - Double(min(numbers.min() ?? 0, 0))
                    let scale = range == 0 ? 1 : max(range / Double(format.largest), Double(Float.leastNormalMagnitude))
                    #expect(abs(Double(reader.rowScale(row).scale) - scale) <= 2 * unitRoundoff * scale)
                    // Half a step, and the roundings of a quotient of at most 255.
                    let tolerance = Double(reader.rowScale(row).scale) * (0.5 + 255 * 4 * unitRoundoff)
                    let padded = numbers + Array(repeating: 0, count: reader.paddedColumns - columns)
                    #expect(reader.storedRows[row].allSatisfy { (0...format.largest).contains($0) })
                    for (column, number) in padded.enumerated() {
                        #expect(
                            abs(reader.value(row, column) - Double(number)) <= tolerance,
                            "\(String(cString: table.name)), row \(row)"
                        )
                    }
                }
                #expect(reader.isGuardIntact, "\(String(cString: table.name))")
            }
        }
    }

    @Test(arguments: [(1, 4095), (384, 4095), (4129, 4095), (4200, 4026), (16_384, 1032), (70_000, 255)])
    func sixteenBitsHaveTheLevelsThatSumsHaveRoomFor(columns: Int, levels: Int) throws {
        #expect(levels == 255 || levels * 127 * columns <= Int(Int32.max))
        var source = NumberSource(seed: 3)
        let row = source.floats(columns, 1)
        let range = Double(max(row.max() ?? 0, 0)) - Double(min(row.min() ?? 0, 0))
        for table in KernelFixture.tables {
            let reader = try pack(table, [row], format: BK_I16, depth: 32)
            let scale = Double(reader.rowScale(0).scale)
            #expect(abs(scale - range / Double(levels)) <= 4 * unitRoundoff * scale)
            // Half a step, and the roundings of a quotient of at most 4095.
            let tolerance = scale * (0.5 + 4096 * 4 * unitRoundoff)
            for (column, number) in row.enumerated() {
                let difference = reader.value(0, column) - Double(number)
                #expect(abs(difference) <= tolerance)
            }
        }
    }

    @Test(arguments: sizes, [BK_U7, BK_I16])
    func quantisedNumbersAreTheSameOnEveryInstructionSet(columns: Int, format: bk_format) throws {
        let rows = randomRows(columns: columns)
        var numbers: [[Int]] = []
        for table in KernelFixture.tables {
            let reader = try pack(table, rows, format: format, depth: 64)
            let found = reader.storedRows.enumerated().map { row, stored in
                stored + [Int(reader.rowScale(row).scale.bitPattern), Int(reader.rowScale(row).zero)]
            }
            numbers = numbers.isEmpty ? found : numbers
            #expect(found == numbers, "\(String(cString: table.name))")
        }
    }

    @Test(arguments: sizes)
    func eightBitFormatsDescribeTheSameNumbersOnEveryInstructionSet(columns: Int) throws {
        let rows = randomRows(columns: columns)
        var source = NumberSource(seed: 7)
        let scales = source.floats(columns, 1)
        var numbers: [[Int]] = []
        for table in KernelFixture.tables {
            for (format, shift) in [(BK_U8, 0), (BK_S8, 128)] as [(bk_format, Int)] {
                let reader = try pack(table, rows, format: format, depth: 32, columnScales: scales)
                let units = reader.storedRows.enumerated().map { row, stored in
                    stored.map { $0 - Int(reader.rowScale(row).zero) } + [Int(reader.rowScale(row).scale.bitPattern)]
                }
                numbers = numbers.isEmpty ? units : numbers
                #expect(units == numbers, "\(String(cString: table.name))")
                for row in rows.indices {
                    let zero = Int(reader.rowScale(row).zero)
                    #expect((0...255).contains(zero + shift))
                }
            }
        }
    }

    @Test func zerosHaveAScaleAndAreStoredAsZero() throws {
        for table in KernelFixture.tables {
            let reader = try pack(table, [[0, 0, 0]], format: BK_U8, depth: 4)
            #expect(reader.rowScale(0).scale == 1)
            #expect((0..<4).allSatisfy { reader.stored(0, $0) == Int(reader.rowScale(0).zero) })
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteTaintsItsRowAlone(poison: Float) throws {
        var source = NumberSource(seed: 3)
        var rows = (0..<3).map { _ in source.floats(21, 1) }
        for table in KernelFixture.tables {
            for format in [BK_U8, BK_S8, BK_I16, BK_U7] {
                let clean = try pack(table, rows, format: format, depth: 8)
                let number = rows[1][20]
                rows[1][20] = poison
                let tainted = try pack(table, rows, format: format, depth: 8)
                rows[1][20] = number
                #expect(tainted.rowScale(1).scale.isNaN)
                for row in [0, 2] {
                    #expect(tainted.storedRows[row] == clean.storedRows[row])
                    #expect(tainted.rowScale(row).scale == clean.rowScale(row).scale)
                }
            }
        }
    }

    @Test func aRangeThatOverflowsIsNotANumber() throws {
        for table in KernelFixture.tables {
            let reader = try pack(table, [[3e38, -3e38]], format: BK_S8, depth: 2)
            #expect(reader.rowScale(0).scale.isNaN)
        }
    }

    @Test func bytesOfPanelsCountPadding() {
        var layout = bk_panel_layout(format: BK_BF16, rows: 6, depth: 8, element_bytes: 2)
        #expect(bk_panel_bytes(&layout, 7, 9) == 12 * 16 * 2)
        #expect(bk_panel_bytes(&layout, 6, 8) == 6 * 8 * 2)
        #expect(bk_panel_bytes(&layout, 0, 8) == 0)
    }
}
