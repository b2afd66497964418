import CKernels
import Testing

@Suite struct EmbeddingTests {
    private static let ids: [UInt32] = [4, 0, 4, 2]
    private static let positions: [UInt32] = [0, 1, 2, 0]
    private static let types: [UInt8] = [1, 0, 1, 1]

    private func embed(
        _ table: bk_table,
        columns: Int,
        hasTypes: Bool,
        hasTypeIDs: Bool
    ) throws -> (sums: [[Float]], expected: [[Float]], isGuardIntact: Bool) {
        var source = NumberSource(seed: columns)
        let words = GuardedFloats(source.floats(5 * columns, 1))
        let positions = GuardedFloats(source.floats(3 * columns, 1))
        let types = GuardedFloats(source.floats(2 * columns, 1))
        let stride = columns + 3
        let sums = GuardedFloats(count: 3 * stride + columns)
        let kernels = try #require(table.rows)
        Self.types.withUnsafeBufferPointer { typeIDs in
            Self.ids.withUnsafeBufferPointer { ids in
                Self.positions.withUnsafeBufferPointer { positionIDs in
                    var embedding = bk_embedding(
                        words: words.pointer,
                        positions: positions.pointer,
                        types: hasTypes ? types.pointer : nil,
                        ids: ids.baseAddress,
                        position_ids: positionIDs.baseAddress,
                        type_ids: hasTypeIDs ? typeIDs.baseAddress : nil,
                        m: 4,
                        n: columns,
                        y: sums.pointer,
                        y_stride: stride
                    )
                    kernels.pointee.embed(&embedding)
                }
            }
        }
        let expected = (0..<4).map { row in
            (0..<columns).map { column -> Float in
                let word = words.values[Int(Self.ids[row]) * columns + column]
                let sum = word + positions.values[Int(Self.positions[row]) * columns + column]
                let type = hasTypeIDs ? Int(Self.types[row]) : 0
                return hasTypes ? sum + types.values[type * columns + column] : sum
            }
        }
        let isGuardIntact = sums.isGuardIntact(columns: columns, stride: stride)
        return (sums.rows(4, columns: columns, stride: stride), expected, isGuardIntact)
    }

    @Test(arguments: [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 384])
    func everyInstructionSetAddsWordsPositionsAndTypes(columns: Int) throws {
        for table in KernelFixture.tables {
            for (hasTypes, hasTypeIDs) in [(true, true), (true, false), (false, false)] {
                let result = try embed(table, columns: columns, hasTypes: hasTypes, hasTypeIDs: hasTypeIDs)
                #expect(result.sums == result.expected, "\(String(cString: table.name))")
                #expect(result.isGuardIntact, "\(String(cString: table.name))")
            }
        }
    }
}
