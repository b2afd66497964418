/// Reads a regular file of bounded size into memory.
enum WholeFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - maximum: The most bytes it may have.
    /// - Returns: Its bytes.
    /// - Throws: `ModelError` where it is missing, too long, no regular file or cannot be read.
    static func read(_ path: String, maximum: Int) throws(ModelError) -> [UInt8] {
        let file = try ReadableFile(path)
        guard file.byteCount <= maximum else {
            throw ModelError(.corrupt, "'\(path)' has \(file.byteCount) bytes; at most \(maximum) are read.")
        }
        return try file.bytes(file.byteCount, at: 0)
    }
}
