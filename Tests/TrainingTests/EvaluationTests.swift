import Testing
import Training

@Suite struct EvaluationTests {
    @Test func figuresFollowFromTheConfusion() {
        var evaluation = Evaluation(labels: ["a", "b", "c"])
        for _ in 0..<6 { evaluation.count(truth: 0, answer: 0) }
        for _ in 0..<2 { evaluation.count(truth: 0, answer: 1) }
        for _ in 0..<1 { evaluation.count(truth: 1, answer: 0) }
        for _ in 0..<3 { evaluation.count(truth: 1, answer: 1) }
        #expect(evaluation.confusion == [[6, 2, 0], [1, 3, 0], [0, 0, 0]])
        #expect(evaluation.accuracy == 0.75)
        let a = evaluation.perClass[0]
        #expect(a.precision == 6.0 / 7 && a.recall == 0.75 && a.f1 == 12.0 / 15 && a.support == 8)
        #expect(evaluation.perClass[1].f1 == 6.0 / 9)
        #expect(evaluation.perClass[2].f1 == 0)
        #expect(abs(evaluation.macroF1 - (12.0 / 15 + 6.0 / 9) / 2) < 1e-12)
    }

    @Test func nothingMeasuredIsZero() {
        let evaluation = Evaluation(labels: ["a", "b"])
        #expect(evaluation.accuracy == 0 && evaluation.macroF1 == 0)
    }
}
