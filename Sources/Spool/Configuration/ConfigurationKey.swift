/// One key of a configuration file: where it stands, how its value is written, what holds without it.
struct ConfigurationKey<Value: Sendable>: Sendable {
    /// The full path, `limits.line_bytes`.
    let path: String
    /// How the value is written.
    let syntax: ConfigurationSyntax<Value>
    /// What holds where the key is left out.
    let fallback: Value
    /// What it is for, in one or two sentences.
    let documentation: String

    init(_ path: String, _ syntax: ConfigurationSyntax<Value>, fallback: Value, _ documentation: String) {
        self.path = path
        self.syntax = syntax
        self.fallback = fallback
        self.documentation = documentation
    }

    /// The key without its type, for lists of keys and for the reference.
    var entry: ConfigurationReferenceEntry {
        ConfigurationReferenceEntry(
            path: path,
            allowed: syntax.allowed,
            fallback: syntax.format(fallback),
            documentation: documentation
        )
    }
}

/// A row of the configuration reference.
public struct ConfigurationReferenceEntry: Sendable, Equatable {
    /// The full path of the key, `limits.line_bytes`.
    public let path: String
    /// What may be written, to complete the sentence "allowed is …".
    public let allowed: String
    /// What holds where the key is left out, as the file would say it.
    public let fallback: String
    /// What the key is for.
    public let documentation: String
}
