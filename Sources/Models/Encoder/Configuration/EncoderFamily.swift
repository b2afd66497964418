/// The architectures that an encoder can be of, by the names of `model_type`.
public enum EncoderFamily: String, Sendable, CaseIterable {
    case bert
    case distilbert
    case roberta
    case xlmRoberta = "xlm-roberta"
    case electra

    /// Whether positions count from `padding_idx + 1` and padding ids do not count.
    var offsetsPositions: Bool { self == .roberta || self == .xlmRoberta }

    /// What the names of this family's classes begin with, where `model_type` is absent.
    private var classPrefix: String {
        switch self {
        case .bert: "Bert"
        case .distilbert: "DistilBert"
        case .roberta: "Roberta"
        case .xlmRoberta: "XLMRoberta"
        case .electra: "Electra"
        }
    }

    /// Finds the family of a configuration.
    ///
    /// - Throws: `ModelError` that names the architecture that is not known.
    init(_ file: ConfigurationFile, architecture: String?) throws(ModelError) {
        if let type = try file.text("model_type") {
            guard let family = EncoderFamily(rawValue: type) else {
                let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
                throw ModelError(
                    .corrupt,
                    "'\(file.path)' is of model_type '\(type)'; batchd knows \(known)."
                )
            }
            self = family
            return
        }
        guard let family = Self.allCases.first(where: { architecture?.hasPrefix($0.classPrefix) == true }) else {
            throw ModelError(
                .corrupt,
                "'\(file.path)' says no model_type, and its architecture \(architecture.map { "'\($0)'" } ?? "")"
                    + " is not known either. Add a model_type."
            )
        }
        self = family
    }
}

/// The function between the two matrices of a feed-forward block.
public enum EncoderActivation: String, Sendable, CaseIterable {
    /// `x · Φ(x)`, by the error function.
    case gelu
    /// `0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))`.
    case geluTanh = "gelu_tanh"
    /// `max(x, 0)`.
    case relu
    /// `x · sigmoid(x)`.
    case silu

    /// Finds the function of a name in config.json; several names differ only in how they were once computed.
    init?(configured name: String) {
        switch name {
        case "gelu", "gelu_python": self = .gelu
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate": self = .geluTanh
        case "relu": self = .relu
        case "silu", "swish": self = .silu
        default: return nil
        }
    }
}
