import Foundation
import Kernels
import Testing

@Suite struct LinearClassifierTests {
    private static let labels = 5
    private static let buckets = 64

    private let weights: LinearWeights

    init() {
        let bytes = (0..<(Self.buckets * (Self.labels - 1))).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 7) }
        let rows = bytes.withUnsafeBytes { Int8Rows(copying: $0, rowCount: Self.buckets, columns: Self.labels - 1) }
        weights = LinearWeights(
            rows: rows,
            scale: 0.03,
            biases: [0.5, -0.25, 0, 0.125, -1],
            reference: 2,
            lightIds: 16,
            lightCount: 0.09
        )
    }

    private static let ids: [UInt32] = (0..<200).map { ($0 &* 2_654_435_761) >> 26 }
    private static let ends = [0, 1, 40, 40, 120, 200]

    private func classify(_ table: KernelTable, ids: [UInt32] = ids, ends: [Int] = ends) -> [Float] {
        var classifier = LinearClassifier(table: table, weights: weights)
        var probabilities: [Float] = []
        classifier.classify(ids: ids, ends: ends, into: &probabilities)
        return probabilities
    }

    // The definition, in Double and with the C library's exp.
    private func expected(_ ids: ArraySlice<UInt32>) -> [Double] {
        let count = ids.reduce(0.0) { $0 + ($1 < 16 ? Double(weights.lightCount) : 1) }
        var logits = weights.biases.map(Double.init)
        weights.rows.withUnsafeBytes { bytes in
            for (column, label) in [0, 1, 3, 4].enumerated() where count > 0 {
                let sum = ids.reduce(0.0) { sum, id in
                    sum + Double(Int8(bitPattern: bytes[Int(id) * (Self.labels - 1) + column]))
                }
                logits[label] += sum * Double(weights.scale) / count.squareRoot()
            }
        }
        let total = logits.reduce(0) { $0 + exp($1) }
        return logits.map { exp($0) / total }
    }

    @Test func probabilitiesAgreeWithTheDefinition() throws {
        let probabilities = classify(try KernelTable.select(forced: "portable"))
        var start = 0
        for (record, end) in Self.ends.enumerated() {
            for (label, value) in expected(Self.ids[start..<end]).enumerated() {
                #expect(abs(Double(probabilities[record * Self.labels + label]) - value) < 1e-6)
            }
            start = end
        }
    }

    @Test func everyInstructionSetGivesTheSameBytes() throws {
        let portable = classify(try KernelTable.select(forced: "portable"))
        for table in KernelTable.available {
            #expect(classify(table).map(\.bitPattern) == portable.map(\.bitPattern), "\(table.name)")
        }
    }

    @Test func aRecordAloneEqualsTheSameRecordInABatch() throws {
        let table = try KernelTable.select(forced: nil)
        let together = classify(table)
        let alone = classify(table, ids: Array(Self.ids[40..<120]), ends: [80])
        #expect(Array(together[(4 * Self.labels)..<(5 * Self.labels)]) == alone)
    }

    @Test func anUnknownInstructionSetIsRefusedByName() {
        #expect {
            try KernelTable.select(forced: "avx1024")
        } throws: { error in
            "\(error)".contains("'avx1024'") && "\(error)".contains("portable")
        }
    }
}
