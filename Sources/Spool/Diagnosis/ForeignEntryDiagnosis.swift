import SystemPackage

/// What in directories that batchd alone fills belongs to another user, as a command run by root leaves it.
///
/// What senders drop keeps its owner on its way through `claimed/` to `archive/`, so these are not looked at.
public struct ForeignEntryDiagnosis {
    private let disk: LinuxFileSystem
    private let queues: [String]
    private let user: UInt32

    /// Entries of one directory, with what is in them, that are looked at.
    static let entriesMaximum = 10_000
    /// Entries that are named.
    static let namedMaximum = 3

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queues: The names of its queues.
    ///   - user: The number of the user that batchd runs as.
    public init(disk: LinuxFileSystem, queues: [String], user: UInt32) {
        self.disk = disk
        self.queues = queues
        self.user = user
    }

    /// A finding for each directory with such entries.
    ///
    /// - Returns: What was found; nothing where batchd runs as root, who may do everything.
    public func findings() -> [Finding] {
        guard user != 0 else { return [] }
        let directories = queues.map(QueueLayout.init).flatMap { [$0.jobs, $0.staging, $0.done, $0.outbox] }
        return (directories + [SpoolLayout.state]).compactMap(finding)
    }

    private struct Strangers {
        var seen = 0
        var count = 0
        var names: [String] = []
        var owners: Set<UInt32> = []
        /// Whether a directory is among them: what is in it can be neither moved nor removed.
        var hasDirectory = false

        mutating func add(_ path: FilePath, _ place: Place) {
            count += 1
            owners.insert(place.user)
            if names.count < ForeignEntryDiagnosis.namedMaximum { names.append(path.string) }
            if place.isDirectory { hasDirectory = true }
        }
    }

    private func finding(_ directory: FilePath) -> Finding? {
        var strangers = Strangers()
        // Directories that may not be read are other findings' business.
        look(into: directory, &strangers, depth: 2)
        guard strangers.count > 0 else { return nil }
        let owners = strangers.owners.sorted().map(Place.name(ofUser:)).joined(separator: ", ")
        let left = strangers.count - strangers.names.count
        let others = left > 0 ? " and \(left) more" : ""
        let whole = disk.root.pushing(directory)
        return Finding(
            .permissions,
            strangers.hasDirectory ? .error : .warning,
            directory.string,
            "\(strangers.names.joined(separator: ", "))\(others) belong\(strangers.count == 1 ? "s" : "") to \(owners), "
                + "and batchd runs as \(Place.name(ofUser: user))",
            advice: "chown -R \(Place.name(ofUser: user)) '\(whole)'"
        )
    }

    /// Looks at what is in a directory, and in the user's own directories there.
    private func look(into directory: FilePath, _ strangers: inout Strangers, depth: Int) {
        let left = Self.entriesMaximum - strangers.seen
        guard left > 0, let entries = try? disk.entries(of: directory, maximum: left) else { return }
        for entry in entries {
            strangers.seen += 1
            let path = directory.appending(entry.name)
            guard let place = try? disk.place(of: path) else { continue }
            if place.user != user {
                strangers.add(path, place)
            } else if depth > 1, place.isDirectory {
                look(into: path, &strangers, depth: depth - 1)
            }
        }
    }
}
