import Testing

@testable import Training

@Suite struct ClauseSplitterTests {
    private func clauses(_ text: String, edges: Int? = nil) -> [String] {
        let options = TrainingSource.Clauses(weight: 1, minimum: 2, maximum: 20, edges: edges)
        return ClauseSplitter(options).clauses(of: text)
    }

    @Test func marksThatEndSentencesEndClauses() {
        #expect(clauses("很好吃！！送餐快。下次 再来") == ["很好吃！！", "送餐快。", "下次", "再来"])
        #expect(clauses("It cost 3.50 euros. Too much!") == ["It cost 3.50 euros.", "Too much!"])
    }

    @Test func aSingleClauseIsTheTextItself() {
        #expect(clauses("just this one") == [])
    }

    @Test func onlyTheEdgesAreTakenWhereThatIsWanted() {
        #expect(clauses("aa! bb! cc! dd! ee!", edges: 1) == ["aa!", "ee!"])
        #expect(clauses("aa! bb!", edges: 1) == [])
    }

    @Test func clausesOfTheWrongLengthAreLeftOut() {
        #expect(clauses("。 bb! \(String(repeating: "c", count: 21))!") == ["bb!"])
    }
}
