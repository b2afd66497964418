/// A configuration file that cannot be used: which file, where in it, and what to write instead.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of mistake it is.
    public enum Code: String, Sendable {
        /// The file is no YAML, or not one mapping.
        case invalidYAML = "invalid_yaml"
        /// A key that no version of the file knows.
        case unknownKey = "unknown_key"
        /// A key that must be there is not.
        case missingKey = "missing_key"
        /// A value of the wrong type or out of range.
        case invalidValue = "invalid_value"
        /// A value that is known to the format but not to this version.
        case unsupported
        /// Two values that cannot both hold.
        case contradiction
        /// The file cannot be read, or is no text.
        case unreadable
        /// The model that a queue names is not there, or cannot be loaded.
        case unusableModel = "unusable_model"
        /// A root without a queue.
        case noQueue = "no_queue"
    }

    /// What kind of mistake it is.
    public var code: Code
    /// The file as the caller named it.
    public var file: String
    /// The line in the file, from 1; nil where the mistake is something missing.
    public var line: Int?
    /// The column in the line, from 1, counted in Unicode scalars.
    public var column: Int?
    /// The key's full path, `limits.line_bytes`; nil where the file as a whole is wrong.
    public var key: String?
    /// What is wrong and what is allowed.
    public var message: String
    /// Mistakes in other elements of the same list, which are found together with this one.
    var others: [ConfigurationError] = []

    /// Creates an error.
    public init(
        code: Code,
        file: String,
        line: Int? = nil,
        column: Int? = nil,
        key: String? = nil,
        message: String
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.message = message
    }

    /// "queue.yaml:3: unknown key 'modle' (value 'sentiment'); did you mean 'model'?".
    public var description: String {
        guard let line else { return "\(file): \(message)" }
        return "\(file):\(line): \(message)"
    }
}
