/// The name, version and content of a model, enough to know whether two answers came from the same one.
public struct ModelIdentity: Sendable, Equatable, Hashable, Codable {
    /// The model's name, `sentiment`.
    public var name: String

    /// The version under that name, from 1.
    public var version: Int

    /// The SHA-256 of the weights, 64 lower-case hexadecimal digits.
    public var weightsSHA256: String

    /// The number format the weights are multiplied in, `int8`.
    public var precision: String

    /// Creates an identity.
    public init(name: String, version: Int, weightsSHA256: String, precision: String) {
        self.name = name
        self.version = version
        self.weightsSHA256 = weightsSHA256
        self.precision = precision
    }

    /// The reference that results carry, `sentiment@1`.
    public var reference: String { "\(name)@\(version)" }

    private enum CodingKeys: String, CodingKey {
        case name
        case version
        case weightsSHA256 = "weights_sha256"
        case precision
    }
}
