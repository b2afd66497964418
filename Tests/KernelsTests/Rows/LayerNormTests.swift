import CKernels
import Testing

@Suite struct LayerNormTests {
    private static let epsilon: Float = 1e-5

    /// Rows to be normalised, with gain, shift and the scales of columns.
    private struct Input {
        let columns: Int
        let rows: Int
        let stride: Int
        var x: [Float]
        let gain: GuardedFloats
        let shift: GuardedFloats
        let columnScales: GuardedFloats

        init(columns: Int, rows: Int = 5) {
            var source = NumberSource(seed: columns)
            self.columns = columns
            self.rows = rows
            stride = columns + 3
            x = source.floats((rows - 1) * stride + columns, 2).map { $0 + 1 }
            gain = GuardedFloats(source.floats(columns, 2))
            shift = GuardedFloats(source.floats(columns, 1))
            columnScales = GuardedFloats(source.floats(columns, 1))
        }

        /// The definition, in Double, and how far a float32 result may be away.
        func expected(_ row: Int) -> [(value: Double, tolerance: Double)] {
            let numbers = x[(row * stride)..<(row * stride + columns)].map(Double.init)
            let mean = numbers.reduce(0, +) / Double(columns)
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
            let factor = 1 / (variance + Double(epsilon)).squareRoot()
            let largest = numbers.reduce(0) { max($0, abs($1)) }
            // The mean is off by the roundings of its sum, the variance by those of its sum and by the mean's square.
            let roundings = (Double(columns) / 4 + 16) * unitRoundoff
            return numbers.indices.map { column in
                let normal = (numbers[column] - mean) * factor
                let gain = Double(gain.values[column])
                let shift = Double(shift.values[column])
                let spread = abs(gain) * (factor * largest + abs(normal))
                return (normal * gain + shift, roundings * spread + 4 * unitRoundoff * abs(shift))
            }
        }
    }

    /// Normalises `input`, into `y` or in place, and into panels where there are any.
    private func normalise(
        _ table: bk_table,
        _ input: Input,
        isInPlace: Bool = false,
        reader: PanelReader? = nil
    ) throws -> GuardedFloats {
        let x = GuardedFloats(input.x)
        let y = isInPlace ? x : GuardedFloats(count: input.x.count)
        let kernels = try #require(table.rows)
        var norm = bk_layer_norm(
            x: x.pointer,
            x_stride: input.stride,
            m: input.rows,
            n: input.columns,
            gain: input.gain.pointer,
            shift: input.shift.pointer,
            epsilon: Self.epsilon,
            y: y.pointer,
            y_stride: input.stride
        )
        if let reader {
            var panels = reader.panels(columnScales: input.columnScales.pointer)
            kernels.pointee.layer_norm(&norm, &panels)
        } else {
            kernels.pointee.layer_norm(&norm, nil)
        }
        return y
    }

    @Test(arguments: [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 65, 384, 1000])
    func everyInstructionSetNormalises(columns: Int) throws {
        let input = Input(columns: columns)
        for table in KernelFixture.tables {
            let y = try normalise(table, input)
            let rows = y.rows(input.rows, columns: columns, stride: input.stride)
            for row in 0..<input.rows {
                for (got, wanted) in zip(rows[row], input.expected(row)) {
                    #expect(
                        abs(Double(got) - wanted.value) <= wanted.tolerance,
                        "\(String(cString: table.name)), row \(row)"
                    )
                }
            }
            #expect(y.isGuardIntact(columns: columns, stride: input.stride), "\(String(cString: table.name))")
        }
    }

    @Test(arguments: [1, 9, 384])
    func rowsMayBeNormalisedInPlace(columns: Int) throws {
        let input = Input(columns: columns)
        for table in KernelFixture.tables {
            let apart = try normalise(table, input).rows(input.rows, columns: columns, stride: input.stride)
            let inPlace = try normalise(table, input, isInPlace: true)
            #expect(inPlace.rows(input.rows, columns: columns, stride: input.stride) == apart)
        }
    }

    @Test(arguments: [BK_F32, BK_BF16, BK_U8, BK_S8, BK_I16, BK_U7], [1, 8, 17, 100])
    func panelsHoldWhatPackingTheResultGives(format: bk_format, columns: Int) throws {
        let input = Input(columns: columns)
        for table in KernelFixture.tables {
            for depth: UInt32 in [1, 4, 16, 64] {
                let fused = PanelReader(
                    format: format,
                    panelRows: 3,
                    depth: depth,
                    rows: input.rows,
                    columns: columns
                )
                let apart = PanelReader(layout: fused.layout, rows: input.rows, columns: columns)
                let y = try normalise(table, input, reader: fused)
                var panels = apart.panels(columnScales: input.columnScales.pointer)
                try #require(table.rows).pointee.pack(y.pointer, input.stride, input.rows, columns, &panels)
                let plain = try normalise(table, input)
                #expect(fused.storedRows == apart.storedRows)
                #expect(fused.isGuardIntact)
                #expect(y.values == plain.values, "the scales of columns are for the panels alone")
            }
        }
    }

    @Test func notANumberStaysInItsRow() throws {
        let input = Input(columns: 40)
        for table in KernelFixture.tables {
            let clean = try normalise(table, input).rows(input.rows, columns: 40, stride: input.stride)
            for poison in [Float.nan, .infinity, -.infinity] {
                var poisoned = input
                poisoned.x[2 * input.stride + 39] = poison
                let reader = PanelReader(format: BK_U8, panelRows: 6, depth: 16, rows: input.rows, columns: 40)
                let y = try normalise(table, poisoned, reader: reader)
                let rows = y.rows(input.rows, columns: 40, stride: input.stride)
                #expect(rows[2].allSatisfy { $0.isNaN })
                for row in 0..<input.rows where row != 2 {
                    #expect(rows[row] == clean[row])
                }
                #expect((0..<input.rows).map { reader.rowScale($0).scale.isNaN } == [false, false, true, false, false])
            }
        }
    }
}
