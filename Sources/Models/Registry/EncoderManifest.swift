internal import BatchCore

/// What `model.json` says of an encoder, so that lists and queues need not open its weights.
public struct EncoderManifest: Sendable, Equatable, Codable {
    /// The architecture, as config.json's `model_type` has it.
    public var architecture: String

    /// What kind of answer it gives: `classification`, `multi_label`, `regression`, `token_classification` or
    /// `embedding`.
    public var task: String

    /// The most tokens of a text, special ones included.
    public var tokenLimit: Int

    /// The kind of its tokenizer, as tokenizer.json's `model.type` has it; nil where it has none.
    public var tokenizer: String?

    /// How many numbers its weights have.
    public var parameters: Int

    /// The width of its layers.
    public var hiddenSize: Int

    /// How many layers it has.
    public var layers: Int

    /// The files of its weights, in the order in which `weights_sha256` hashes them.
    public var weightFiles: [String]

    /// How many bytes these have together.
    public var weightBytes: Int

    private enum CodingKeys: String, CodingKey {
        case architecture
        case task
        case tokenLimit = "token_limit"
        case tokenizer
        case parameters
        case hiddenSize = "hidden_size"
        case layers
        case weightFiles = "weight_files"
        case weightBytes = "weight_bytes"
    }

    /// Describes an open encoder.
    init(_ checkpoint: EncoderCheckpoint, tokenizer: EncoderTokenizer?) {
        let configuration = checkpoint.configuration
        architecture = configuration.family.rawValue
        task =
            switch configuration.task {
            case .classification: "classification"
            case .multiLabel: "multi_label"
            case .regression: "regression"
            case .tokenClassification: "token_classification"
            case .embedding: "embedding"
            }
        tokenLimit = configuration.tokenLimit
        self.tokenizer = tokenizer?.kind
        parameters = checkpoint.parameterCount
        hiddenSize = configuration.hiddenSize
        layers = configuration.layerCount
        weightFiles = checkpoint.tensors.files.map(\.name)
        weightBytes = checkpoint.tensors.byteCount
    }
}
