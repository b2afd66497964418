import CKernels
import Foundation
import Kernels
import Testing

@Suite struct SoftmaxTests {
    @Test func exponentialAgreesWithTheCLibrary() {
        for step in 0...70_000 {
            let x = -Double(step) / 100
            let expected = exp(x)
            #expect(abs(bk_exp_f64(x) - expected) <= 1e-11 * expected, "exp(\(x))")
        }
        #expect(bk_exp_f64(0) == 1)
        #expect(bk_exp_f64(-701) == 0)
        #expect(bk_exp_f64(-.infinity) == 0)
    }

    @Test func probabilitiesSumToOne() {
        for count in [1, 2, 3, 8, 150] {
            var logits = (0..<count).map { Double(($0 * 37) % 23) - 11 }
            var probabilities = Array(repeating: Float(0), count: count)
            Softmax.apply(&logits, into: &probabilities)
            #expect(abs(probabilities.reduce(0, +) - 1) <= Float(count) * Float.ulpOfOne)
        }
    }

    @Test func largeLogitsDoNotOverflow() {
        var logits = [1e300, -1e300, 1e300]
        var probabilities: [Float] = [0, 0, 0]
        Softmax.apply(&logits, into: &probabilities)
        #expect(probabilities == [0.5, 0, 0.5])
    }
}
