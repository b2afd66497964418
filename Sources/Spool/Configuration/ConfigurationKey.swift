/// One key of a configuration file: where it stands, how its value is written, what holds without it.
struct ConfigurationKey<Value: Sendable>: Sendable {
    /// The full path, `limits.line_bytes`.
    let path: String
    /// How the value is written.
    let syntax: ConfigurationSyntax<Value>
    /// What holds where the key is left out.
    let fallback: Value
    /// A value that somebody may want in place of the default, as the file would say it.
    let example: String
    /// What it is for, in one or two sentences.
    let documentation: String

    init(
        _ path: String,
        _ syntax: ConfigurationSyntax<Value>,
        fallback: Value,
        example: String? = nil,
        _ documentation: String
    ) {
        self.path = path
        self.syntax = syntax
        self.fallback = fallback
        self.example = example ?? syntax.format(fallback)
        self.documentation = documentation
    }

    /// The key without its type, for lists of keys and for the reference.
    var entry: ConfigurationReferenceEntry {
        ConfigurationReferenceEntry(
            path: path,
            allowed: syntax.allowed,
            fallback: syntax.format(fallback),
            example: example,
            documentation: documentation,
            schema: syntax.schema,
            effective: { document in (try? document.value(of: self)).map(syntax.format) }
        )
    }
}

/// A row of the configuration reference.
public struct ConfigurationReferenceEntry: Sendable {
    /// What `fallback` says of a key that has no default.
    static let nothing = "none"

    /// The full path of the key, `limits.line_bytes`.
    public let path: String
    /// What may be written, to complete the sentence "allowed is …".
    public let allowed: String
    /// What holds where the key is left out, as the file would say it.
    public let fallback: String
    /// A value that somebody may want in place of the default, as the file would say it.
    public let example: String
    /// What the key is for.
    public let documentation: String
    /// What an editor may check of a value.
    let schema: SchemaValue
    /// What holds with a file, as the file would say it; nil where what the file says is not allowed.
    let effective: @Sendable (ConfigurationDocument) -> String?
}
