import Spool
import SystemPackage

/// Whether an operator is told that the disk is full: by the log, by `batchd status`, and by the metrics textfile.
struct FullDiskWords {
    private static let copyWaits = "file waits for room to be copied"
    private static let pauses = ["paused; nothing is lost", "claiming nothing until there is room", copyWaits]
    private static let resumptions = ["going on after a pause", "claiming again; there is room", "job accepted"]

    /// How long status and metrics may lag behind the log, in seconds.
    private static let lagSeconds = 3.0

    private let root: RealRoot
    private let binary: FilePath

    init(_ root: RealRoot, _ binary: FilePath) {
        self.root = root
        self.binary = binary
    }

    /// Whether a line of the log says that batchd waits for room.
    static func waits(_ line: String) -> Bool {
        pauses.contains { line.contains($0) }
    }

    /// Whether a line says that a file waits to be taken in, for which no ballast is let go of.
    static func waitsForCopy(_ line: String) -> Bool {
        line.contains(copyWaits)
    }

    /// Whether a line of the log says that it goes on.
    static func goesOn(_ line: String) -> Bool {
        resumptions.contains { line.contains($0) }
    }

    /// What a line that tells of a pause does not say.
    static func violations(inLog line: String) -> [String] {
        let reasons = ["No space left on device", "minimum_free_bytes", "room to be copied"]
        return reasons.contains { line.contains($0) } ? [] : ["the log does not say why it waits: \(line)"]
    }

    /// What status and metrics do not say while batchd waits.
    ///
    /// - Returns: One sentence each.
    /// - Throws: `SupervisionError`, `Errno`.
    func violations() throws -> [String] {
        let watcher = try SpoolWatcher(root: root.directory)
        watcher.watch(SpoolLayout.state)
        let time = SystemTimeSource()
        let end = time.monotonicSeconds + Self.lagSeconds
        var found = try missing()
        while !found.isEmpty && time.monotonicSeconds < end {
            _ = try watcher.wait(timeoutMilliseconds: 500)
            found = try missing()
        }
        return found
    }

    private func missing() throws -> [String] {
        var found: [String] = []
        let status = try ObservedProcess(binary, ["status", "--root", root.directory.string])
        let end = try status.end(withinSeconds: 10)
        if end != .exited(0) || !status.lines.contains(where: { $0.hasPrefix("paused: ") }) {
            found.append("status does not say that it waits: \(status.lines)")
        }
        return found
    }
}
