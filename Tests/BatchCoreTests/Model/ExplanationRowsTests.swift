import BatchCore
import Testing

@Suite struct ExplanationRowsTests {
    private func stretch(_ bytes: Range<Int>, _ weight: Double, isInPair: Bool = false) -> ExplainedStretch {
        ExplainedStretch(
            isInPair: isInPair,
            start: bytes.lowerBound,
            end: bytes.upperBound,
            byteStart: bytes.lowerBound,
            byteEnd: bytes.upperBound,
            weight: weight
        )
    }

    private func strongest(_ candidates: [ExplainedStretch], _ maximum: Int = 10) -> [ExplainedStretch] {
        var rows = ExplanationRows()
        rows.append(strongestOf: [stretch(0..<9, 1)], atMost: 1)
        rows.append(strongestOf: candidates, atMost: maximum)
        #expect(rows.count == 2 && rows.range(ofRecord: 0) == 0..<1)
        return Array(rows.stretches[rows.range(ofRecord: 1)])
    }

    @Test func strongestOfEitherSignComesFirst() {
        let candidates = [stretch(0..<1, 0.5), stretch(1..<2, -3), stretch(2..<3, 2), stretch(3..<4, 0.1)]
        #expect(strongest(candidates).map(\.weight) == [-3, 2, 0.5, 0.1])
        #expect(strongest(candidates, 2).map(\.weight) == [-3, 2])
        #expect(strongest(candidates, 0).isEmpty)
        #expect(strongest([]).isEmpty)
    }

    @Test func whatOverlapsAStrongerOneIsLeftOut() {
        let candidates = [stretch(0..<3, 1), stretch(2..<5, 2), stretch(5..<8, 0.5), stretch(4..<6, 0.7)]
        #expect(strongest(candidates).map(\.weight) == [2, 0.5])
    }

    @Test func bothTextsOfAPairHaveTheirOwnPositions() {
        let candidates = [stretch(0..<3, 1), stretch(0..<3, 2, isInPair: true)]
        #expect(strongest(candidates).map(\.isInPair) == [true, false])
    }

    @Test func ofEquallyStrongOnesTheFirstIsTaken() {
        let candidates = [stretch(4..<6, 1), stretch(0..<5, -1), stretch(8..<9, 1)]
        #expect(strongest(candidates).map(\.byteStart) == [4, 8])
    }

    @Test func strengthsDecideWhatIsToldAndWeightsTheOrder() {
        var rows = ExplanationRows()
        let candidates = [stretch(0..<1, -3), stretch(1..<2, 2), stretch(2..<3, 4), stretch(3..<4, 5)]
        rows.append(strongestOf: candidates, atMost: 2, strengths: [9, 3, 8, 0])
        #expect(rows.stretches.map(\.weight) == [4, -3])
    }

    @Test func whatRoundsToNothingIsNotTold() {
        let candidates = [stretch(0..<1, 0), stretch(1..<2, 9e-7), stretch(2..<3, -1e-6), stretch(3..<4, .nan)]
        #expect(strongest(candidates).map(\.byteStart) == [2])
    }
}
