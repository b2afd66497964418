public import BatchCore

/// What a list of models says of one.
public struct ModelSummary: Sendable, Equatable, Codable {
    /// What the model is.
    public var identity: ModelIdentity

    /// Its labels.
    public var labels: [String]

    /// The aliases that stand for it.
    public var aliases: [String]

    /// Its directory; nil for the model inside the binary.
    public var path: String?

    /// What is known of an encoder; nil for linear models.
    public var encoder: EncoderManifest?
}
