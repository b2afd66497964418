public import JSONLines
import SystemPackage

/// What a name in `incoming/` asks for.
public enum IncomingName: Sendable, Equatable {
    /// Still being written (`.x.part`, `x.part`, `x.tmp`) or none of our business (hidden files).
    case unfinished
    /// A job file.
    case job(SourceName)
    /// A statement about the job file of that stem or name.
    case sidecar(of: String, SidecarKind)
    /// A name that no job can have; the reason in words.
    case unusable(String)

    /// Says that a job file is complete.
    public enum SidecarKind: Sendable, Equatable {
        /// `NAME.manifest.json`, with sizes and hashes.
        case manifest
        /// An empty `NAME.done`.
        case done
    }

    /// The longest name, in bytes.
    public static let nameBytesMaximum = 128
    private static let endings: [(String, Compression)] = [
        (".jsonl.zst", .zstd), (".ndjson.zst", .zstd), (".jsonl", .none), (".ndjson", .none),
    ]

    /// What may follow a job's key in a dropped name; nothing, for a directory of parts.
    static var jobEndings: [String] { endings.map(\.0) + [""] }

    /// Classifies one name.
    ///
    /// - Parameters:
    ///   - bytes: The name as the directory holds it, which need not be UTF-8.
    ///   - isDirectory: Whether it names a directory, whose parts become one job.
    public init(bytes: [UInt8], isDirectory: Bool) {
        guard let first = bytes.first, first != UInt8(ascii: ".") else {
            self = .unfinished
            return
        }
        guard let name = String(validating: bytes, as: UTF8.self), Self.isPlain(bytes) else {
            self = .unusable("names are 1 to 128 letters, digits, '.', '_' or '-', and begin with a letter or digit")
            return
        }
        if name.hasSuffix(".part") || name.hasSuffix(".tmp") {
            self = .unfinished
        } else if isDirectory && (name.hasSuffix(Self.manifestEnding) || name.hasSuffix(Self.doneEnding)) {
            self = .unusable("a directory's name does not end like a statement about a file, .done or .manifest.json")
        } else if let stem = name.removing(suffix: Self.manifestEnding), !isDirectory {
            self = .sidecar(of: stem, .manifest)
        } else if let stem = name.removing(suffix: Self.doneEnding), !isDirectory {
            self = .sidecar(of: stem, .done)
        } else if let (ending, compression) = Self.endings.first(where: { name.hasSuffix($0.0) }) {
            let stem = String(name.dropLast(ending.count))
            self =
                stem.isEmpty
                ? .unusable("the name has nothing before its ending")
                : .job(SourceName(name: name, stem: stem, ending: ending, compression: compression))
        } else if isDirectory {
            self = .job(SourceName(name: name, stem: name, ending: "", compression: .none))
        } else {
            self = .unusable("job files end in .jsonl.zst, .ndjson.zst, .jsonl or .ndjson")
        }
    }

    private static let manifestEnding = ".manifest.json"
    private static let doneEnding = ".done"

    private static func isPlain(_ bytes: [UInt8]) -> Bool {
        // The limit is on the job's name: what lies beside it may be longer by its ending.
        let ending = [manifestEnding, doneEnding].first { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) } ?? ""
        guard bytes.count - ending.utf8.count <= nameBytesMaximum else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): index > 0
            default: false
            }
        }
    }
}

/// The name of a job file, taken apart.
public struct SourceName: Sendable, Equatable, Hashable {
    /// The whole name.
    public var name: String
    /// The name without its ending: the KEY of its first job.
    public var stem: String
    /// The ending; empty for a directory of parts.
    public var ending: String
    /// How the content is packed.
    public var compression: Compression
}

extension String {
    func removing(suffix: String) -> String? {
        hasSuffix(suffix) && count > suffix.count ? String(dropLast(suffix.count)) : nil
    }
}
