/// How a model is named on a command line and in queue.yaml.
public enum ModelReference: Sendable, Equatable, CustomStringConvertible {
    /// The newest version of a model, `sentiment`.
    case newest(name: String)

    /// One version of a model, `sentiment@3`.
    case version(name: String, Int)

    /// What an alias of a model stands for, `sentiment@stable`.
    case alias(name: String, String)

    /// A directory that holds a model, anything with a `/` in it.
    case directory(String)

    /// Reads a reference.
    ///
    /// - Throws: `ModelError` where it is spelled like none.
    public init(parsing text: String) throws(ModelError) {
        if text.contains("/") || text == "." || text == ".." {
            self = .directory(text)
            return
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ Self.isName($0) }) else {
            throw ModelError(
                .badReference,
                "'\(text)' names no model. Write name, name@version or name@alias (letters, digits, '.', '_', '-'), "
                    + "or a directory with a '/' in it, such as ./\(text)."
            )
        }
        let name = String(parts[0])
        guard parts.count == 2 else {
            self = .newest(name: name)
            return
        }
        if let version = Int(parts[1]), version > 0 {
            self = .version(name: name, version)
        } else {
            self = .alias(name: name, String(parts[1]))
        }
    }

    /// The reference as it is written.
    public var description: String {
        switch self {
        case .newest(let name): name
        case .version(let name, let version): "\(name)@\(version)"
        case .alias(let name, let alias): "\(name)@\(alias)"
        case .directory(let path): path
        }
    }

    /// Whether a word can be a model's name or alias: it becomes part of a path, so it must not climb out of it.
    static func isName(_ word: some StringProtocol) -> Bool {
        guard let first = word.utf8.first, word.utf8.count <= 128 else { return false }
        let isAlphanumeric = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return isAlphanumeric(first) && word.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }
}
