import Glibc
import Testing

@testable import BatchCore

/// Tails against closed forms and sums done by hand.
@Suite struct DistributionsTests {
    private func isNear(_ value: Double, _ expected: Double, within: Double = 1e-6) -> Bool {
        abs(value - expected) <= within * abs(expected)
    }

    @Test func logGammaOfFactorials() {
        #expect(isNear(Distributions.logGamma(11), 15.104412573075516))
        #expect(isNear(Distributions.logGamma(0.5), 0.5723649429247001))
    }

    @Test func tailsOfNormalStudentAndFisher() {
        #expect(isNear(Distributions.normalUpperTail(4.5), 3.397673124730053e-06))
        #expect(isNear(Distributions.normalUpperQuantile(3.397673124730053e-06), 4.5))
        // With one degree of freedom the tail is that of Cauchy's distribution.
        #expect(isNear(Distributions.studentUpperTail(4.5, degrees: 1), 0.5 - atan(4.5) / .pi))
        #expect(isNear(Distributions.studentUpperTail(-1, degrees: 1), 0.75))
        // With two degrees of freedom above, Fisher's tail is (1 + 2 f / d) ^ (-d / 2).
        #expect(isNear(Distributions.fisherUpperTail(9, 2, 28), pow(1 + 18.0 / 28, -14)))
        #expect(Distributions.fisherUpperTail(0, 2, 28) == 1)
    }

    @Test func betaBinomialOfEqualChancesIsUniform() {
        // With both parameters 1, each of the eleven counts is equally likely.
        let tail = Distributions.betaBinomialUpperTail(count: 9, trials: 10, mean: 0.5, precision: 2)
        #expect(isNear(tail, 1.5 / 11))
    }

    @Test func betaBinomialOfGreatPrecisionIsBinomial() {
        let tail = Distributions.betaBinomialUpperTail(count: 9, trials: 10, mean: 0.5, precision: 1e9)
        #expect(isNear(tail, (5 + 1) / 1024.0, within: 1e-4))
    }
}

/// Weights and the step-up procedure.
@Suite struct DiscoveriesTests {
    @Test func manyTrueFindingsLowerTheBarForEachOther() {
        let values = [0.0001, 0.0009, 0.0019, 0.5]
        let even = [Double](repeating: 1, count: 4)
        #expect(Discoveries.find(values, weights: even, level: 0.002) == [true, true, false, false])
        let alone = Discoveries.find([0.0009, 0.5, 0.5, 0.5], weights: even, level: 0.002)
        #expect(alone == [false, false, false, false])
    }

    @Test func weightsAreOneOnAverage() {
        let weights = Discoveries.weights(forNeeds: [1e-12, 1e-5, 1e-4, 0.3, 1], level: 0.002)
        #expect(abs(weights.reduce(0, +) / 5 - 1) < 1e-9)
        #expect(weights[2] > weights[3])
    }

    @Test func nothingIsFoundInNothing() {
        #expect(Discoveries.find([], weights: [], level: 0.002) == [])
        #expect(Discoveries.weights(forNeeds: [], level: 0.002) == [])
    }
}
