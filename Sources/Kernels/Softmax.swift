internal import CKernels

/// The softmax that training and prediction share: the same bytes on every machine.
public enum Softmax {
    /// Turns logits into probabilities.
    ///
    /// - Parameters:
    ///   - logits: Finite numbers, one or more; used as scratch.
    ///   - probabilities: Overwritten; as many as there are logits.
    /// - Precondition: `logits.count == probabilities.count && !logits.isEmpty`.
    public static func apply(_ logits: inout [Double], into probabilities: inout [Float]) {
        precondition(logits.count == probabilities.count && !logits.isEmpty)
        bk_softmax_f64(&logits, logits.count, &probabilities)
    }

    /// The probability of one logit on its own, `1 / (1 + exp(-logit))`.
    ///
    /// - Parameter logit: A finite number.
    /// - Returns: From 0 to 1.
    public static func sigmoid(_ logit: Double) -> Float {
        let power = bk_exp_f64(-abs(logit))
        return Float((logit >= 0 ? 1 : power) / (1 + power))
    }
}
