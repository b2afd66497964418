import Glibc
import Spool
import SystemPackage

/// Something that a sender may put where a job file belongs.
enum HostileEntry: String, CaseIterable {
    case file
    case emptyFile
    case linkToSecret
    case linkToSecretDirectory
    case linkToNothing
    case linkToItself
    case linkToPasswords
    case hardLink
    case fifo
    case socket
    case zeroDevice
    case emptyDirectory
    case directoryOfParts
    case directoryOfLinks
    case directoryOfFIFOs
    case directoryWithoutEnd
    case deepDirectory
    case nothing

    /// Those that this process may make.
    static var possible: [HostileEntry] { allCases.filter { $0 != .zeroDevice || geteuid() == 0 } }

    /// Whether it is a job file or a directory of such that can be answered.
    var isAnswered: Bool {
        [.file, .emptyFile, .hardLink, .directoryOfParts, .emptyDirectory].contains(self)
    }

    /// Makes it where nothing is yet.
    ///
    /// - Parameters:
    ///   - path: Where.
    ///   - outside: What links lead to.
    ///   - text: What its records say.
    /// - Throws: `Errno`.
    func make(at path: FilePath, outside: OutsideWorld, text: String) throws {
        let record = #"{"text": "\#(text)"}"# + "\n"
        switch self {
        case .file: try UnixFile.write(record, to: path)
        case .emptyFile: try UnixFile.write("", to: path)
        case .linkToSecret: try link(path, to: outside.secret)
        case .linkToSecretDirectory: try link(path, to: outside.secretDirectory)
        case .linkToNothing: try link(path, to: outside.directory.appending("nothing"))
        case .linkToItself: try link(path, to: path)
        case .linkToPasswords: try link(path, to: "/etc/passwd")
        case .hardLink:
            try UnixFile.check(
                outside.shared.withPlatformString { source in path.withPlatformString { Glibc.link(source, $0) } }
            )
        case .fifo: try node(path, S_IFIFO)
        case .socket: try node(path, S_IFSOCK)
        case .zeroDevice: try node(path, S_IFCHR, device: makedev(1, 5))
        case .emptyDirectory: try directory(path) { _ in }
        case .directoryOfParts: try directory(path) { try UnixFile.write(record, to: $0.appending("part-0.jsonl")) }
        case .directoryOfLinks: try directory(path) { try link($0.appending("part-0.jsonl"), to: outside.secret) }
        case .directoryOfFIFOs: try directory(path) { try node($0.appending("part-0.jsonl"), S_IFIFO) }
        case .directoryWithoutEnd:
            try UnixFile.makeDirectory(path)
            try UnixFile.write(record, to: path.appending("part-0.jsonl"))
        case .deepDirectory:
            try directory(path) { start in
                var deeper = start
                for _ in 0..<40 {
                    deeper.append("d")
                    try UnixFile.makeDirectory(deeper)
                }
            }
        case .nothing: break
        }
    }

    /// A directory that says that it is complete, by a link: what it says is in its being there.
    private func directory(_ path: FilePath, _ fill: (FilePath) throws -> Void) throws {
        try UnixFile.makeDirectory(path)
        try fill(path)
        try link(path.appending("_SUCCESS"), to: "/etc/passwd")
    }

    private func link(_ path: FilePath, to target: FilePath) throws {
        try UnixFile.check(
            target.withPlatformString { target in path.withPlatformString { symlink(target, $0) } }
        )
    }

    private func node(_ path: FilePath, _ kind: mode_t, device: dev_t = 0) throws {
        try UnixFile.check(path.withPlatformString { mknod($0, kind | 0o644, device) })
    }

    private func makedev(_ major: UInt64, _ minor: UInt64) -> dev_t { dev_t(major << 8 | minor) }
}
