/// A number format that a model's weights are multiplied in.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// IEEE 754 single precision.
    case float32
    /// The upper half of single precision, summed in single precision.
    case bfloat16
    /// Eight-bit integers with scales, summed in 32 bits.
    case int8
}

/// The number format that a queue asks for.
public enum PrecisionChoice: String, Sendable, Hashable, Codable, CaseIterable {
    /// Single precision.
    case float32
    /// Half of single precision.
    case bfloat16
    /// Eight-bit integers.
    case int8
    /// What the model's makers found best on this machine.
    case auto

    /// The format that was asked for by name; nil for `auto`.
    public var precision: Precision? { Precision(rawValue: rawValue) }
}
