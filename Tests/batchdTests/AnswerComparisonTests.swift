import Testing

@testable import batchd

@Suite struct AnswerComparisonTests {
    private func differences(_ left: String, _ right: String, demandsBytes: Bool = false) -> [String] {
        var comparison = AnswerComparison(demandsBytes: demandsBytes)
        comparison.add(line: 7, published: Array(left.utf8), computed: Array(right.utf8))
        return comparison.differences
    }

    @Test func roundingIsNoDifferenceUnlessBytesAreDemanded() {
        let (left, right) = (#"{"label":"a","probability":0.9001}"#, #"{"label":"a","probability":0.9008}"#)
        #expect(differences(left, right).isEmpty)
        #expect(differences(left, left, demandsBytes: true).isEmpty)
        #expect(differences(left, right, demandsBytes: true).count == 1)
    }

    @Test(arguments: [
        (#"{"label":"a"}"#, #"{"label":"b"}"#, "'label' is another"),
        (#"{"probability":0.9}"#, #"{"probability":0.902}"#, "'probability' is 0.9, and now 0.902"),
        (#"{"scores":{"a":0.9,"b":0.1}}"#, #"{"scores":{"a":0.9,"b":0.2}}"#, "'scores.b' is 0.1, and now 0.2"),
        (#"{"entities":[{"start":1}]}"#, #"{"entities":[]}"#, "'entities' has 1 elements, and now 0"),
        (#"{"entities":[{"start":1}]}"#, #"{"entities":[{"start":2}]}"#, "'entities[0].start' is 1.0, and now 2.0"),
    ])
    func otherAnswersAreNamedWithTheirField(left: String, right: String, words: String) throws {
        let found = differences(left, right)
        #expect(found == ["the answer to line 7 comes out otherwise: \(words)"])
    }

    @Test func sampleIsTheSameForTheSameSeed() {
        let drawing = SampleDrawing(count: 10, seed: 4)
        let drawn = drawing.indices(of: 1000)
        #expect(drawn == drawing.indices(of: 1000))
        #expect(Set(drawn).count == 10 && drawn == drawn.sorted() && drawn.allSatisfy { (0..<1000).contains($0) })
        #expect(drawn != SampleDrawing(count: 10, seed: 5).indices(of: 1000))
        #expect(drawing.indices(of: 3) == [0, 1, 2])
        #expect(drawing.indices(of: 0).isEmpty)
    }
}
