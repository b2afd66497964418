internal import CKernels

extension Softmax {
    /// The log-odds of one label against all others together, `log(p / (1 - p))`, without the rounding of `p`.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - logits: Finite numbers, two or more.
    /// - Returns: The label's logit less the logarithm of the sum of the others' exponentials.
    /// - Precondition: `logits.count >= 2 && logits.indices.contains(label)`.
    public static func logOdds(of label: Int, logits: [Double]) -> Double {
        precondition(logits.count >= 2 && logits.indices.contains(label))
        var largest = -Double.infinity
        for other in logits.indices where other != label { largest = max(largest, logits[other]) }
        var sum = 0.0
        for other in logits.indices where other != label { sum += bk_exp_f64(logits[other] - largest) }
        return logits[label] - largest - logarithm(sum)
    }

    /// The natural logarithm, the same bytes on every machine: `2 artanh((x - 1) / (x + 1))` of the significand, as a
    /// series that ends below the rounding.
    ///
    /// - Precondition: `x` is normal and above 0.
    static func logarithm(_ x: Double) -> Double {
        precondition(x.isNormal && x > 0, "a logarithm is of a positive number")
        var (exponent, significand) = (Double(x.exponent), x.significand)
        if significand > 1.4142135623730951 {
            significand /= 2
            exponent += 1
        }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var sum = 0.0
        for term in stride(from: 23.0, through: 1, by: -2) { sum = sum * square + 1 / term }
        return exponent * 0.6931471805599453 + 2 * ratio * sum
    }
}
