/// How an input file is compressed.
public enum Compression: Sendable, Hashable {
    /// A concatenation of zstd frames.
    case zstd
    /// Plain bytes.
    case none
}
