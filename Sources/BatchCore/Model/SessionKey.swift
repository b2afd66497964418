/// What two models have in common where a session of the one answers as one of the other would.
///
/// The identity alone is not enough: two directories may hold equal weights under one name beside different tokenizers.
public struct SessionKey: Sendable, Hashable {
    private let identity: ModelIdentity
    private let contentSHA256: String?

    /// The key of a model's sessions.
    public init(of model: any BatchModel) {
        identity = model.identity
        contentSHA256 = model.contentSHA256
    }
}
