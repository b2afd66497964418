internal import FoundationEssentials

/// The file `model.json` beside a model's weights.
public struct ModelManifest: Sendable, Equatable, Codable {
    /// The name of the file in the model's directory.
    public static let fileName = "model.json"

    /// The name of the weights in the model's directory.
    public static let weightsFileName = "weights.bin"

    /// The model's name.
    public var name: String

    /// The version under that name, from 1.
    public var version: Int

    /// What kind of model the weights are of: `linear` or `encoder`.
    public var kind: String

    /// The labels in the order of the scores.
    public var labels: [String]

    /// The SHA-256 of the weights, as their file's header gives it.
    public var weightsSHA256: String

    /// The number of texts the model learned from.
    public var trainingTexts: Int?

    /// The seed it was trained with.
    public var seed: UInt64?

    /// What is known of an encoder; nil for other kinds.
    public var encoder: EncoderManifest?

    /// Creates a manifest of linear weights.
    public init(
        name: String,
        version: Int,
        labels: [String],
        weightsSHA256: String,
        trainingTexts: Int? = nil,
        seed: UInt64? = nil
    ) {
        self.name = name
        self.version = version
        kind = "linear"
        self.labels = labels
        self.weightsSHA256 = weightsSHA256
        self.trainingTexts = trainingTexts
        self.seed = seed
    }

    /// Creates a manifest of an encoder.
    init(name: String, version: Int, labels: [String], weightsSHA256: String, encoder: EncoderManifest) {
        self.name = name
        self.version = version
        kind = "encoder"
        self.labels = labels
        self.weightsSHA256 = weightsSHA256
        self.encoder = encoder
    }

    /// The bytes of `model.json`.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [0x0A]
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case version
        case kind
        case labels
        case weightsSHA256 = "weights_sha256"
        case trainingTexts = "training_texts"
        case seed
        case encoder
    }
}
