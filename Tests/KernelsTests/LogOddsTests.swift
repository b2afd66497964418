import Foundation
import Testing

@testable import Kernels

@Suite struct LogOddsTests {
    @Test func logarithmAgreesWithTheCLibrary() {
        for step in 1...20_000 {
            for x in [Double(step) / 1000, Double(step) * 37, 1 / Double(step)] {
                let expected = log(x)
                #expect(abs(Softmax.logarithm(x) - expected) <= 2e-15 * max(abs(expected), 1), "log(\(x))")
            }
        }
        #expect(Softmax.logarithm(1) == 0)
    }

    @Test func logOddsAreThoseOfTheProbability() {
        let logits = [0.5, -1.25, 2, 0]
        var copy = logits
        var probabilities: [Float] = [0, 0, 0, 0]
        Softmax.apply(&copy, into: &probabilities)
        for label in logits.indices {
            let probability = Double(probabilities[label])
            let expected = log(probability / (1 - probability))
            #expect(abs(Softmax.logOdds(of: label, logits: logits) - expected) < 1e-5)
        }
    }

    @Test func certaintyKeepsItsLogOdds() {
        #expect(Softmax.logOdds(of: 0, logits: [40, -60]) == 100)
        #expect(Softmax.logOdds(of: 1, logits: [900, -900, -900]) == -1800)
    }
}
