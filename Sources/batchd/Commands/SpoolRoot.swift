import ArgumentParser
import FoundationEssentials
import Glibc
import Spool
import SystemPackage

/// The option by which every command finds its root.
struct RootOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The root: the directory with batchd.yaml (default: BATCHD_ROOT, else the current directory, else /var/lib/batchd).",
            valueName: "dir"
        ),
        completion: .directory
    )
    var root: String?

    /// The root that the Debian package makes.
    static let packaged = "/var/lib/batchd"

    /// Where the root is, by the option, the environment or the current directory; else that of the package.
    static func path(_ option: String?) -> String {
        if let named = option ?? environment { return named }
        // Also where batchd.yaml is a link to nothing, about which there is more to say than that there is no root.
        let isRoot = { (path: String) in
            access(path + "/batchd.yaml", F_OK) == 0 || SpoolRoot.linkTarget(path + "/batchd.yaml") != nil
        }
        return !isRoot(".") && isRoot(packaged) ? packaged : "."
    }

    /// What said where the root is.
    enum Source: String, Codable {
        /// `--root`.
        case option
        /// `BATCHD_ROOT`.
        case environment
        /// Nothing: it is where the command was started.
        case currentDirectory = "current_directory"
        /// Nothing, and no root is where the command was started: the one that the Debian package makes.
        case package
    }

    /// What said where the root is.
    var source: Source {
        if root != nil { return .option }
        if Self.environment != nil { return .environment }
        return Self.path(nil) == Self.packaged ? .package : .currentDirectory
    }

    /// An empty variable is one that is not set.
    private static var environment: String? {
        ProcessInfo.processInfo.environment["BATCHD_ROOT"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Opens the root.
    ///
    /// - Throws: `CommandFailure` with code 66 where it is none.
    func open() throws -> SpoolRoot {
        try SpoolRoot(path: Self.path(root))
    }
}

/// A root directory and what its configuration says.
struct SpoolRoot {
    let path: FilePath
    /// Where all is read and written. What root makes in a root of another user's is that user's, who could not read or
    /// change it else.
    private(set) var disk: LinuxFileSystem

    init(path: String) throws {
        guard let resolved = realpath(path, nil) else {
            throw CommandFailure(
                ExitStatus.noInput,
                "'\(path)' does not exist. Is its disk mounted (findmnt)? Else name the root with --root or BATCHD_ROOT; "
                    + "only for a new one: batchd init \(path)"
            )
        }
        defer { free(resolved) }
        self.path = FilePath(String(cString: resolved))
        guard access(self.path.appending("batchd.yaml").string, F_OK) == 0 else {
            if errno == EACCES {
                throw FileSystemError(operation: "open", path: self.path, errno: .permissionDenied)
            }
            if let target = Self.linkTarget(self.path.appending("batchd.yaml").string) {
                throw CommandFailure(
                    ExitStatus.configuration,
                    "'\(path)/batchd.yaml' is a link to '\(target)', which is not there; put it back, or make it "
                        + "empty: every key has a default"
                )
            }
            throw CommandFailure(
                ExitStatus.noInput,
                "'\(path)' is no root: it has no batchd.yaml. Is its disk mounted (findmnt)? Else name the root with "
                    + "--root or BATCHD_ROOT; only for a new one: batchd init \(path)"
            )
        }
        disk = try LinuxFileSystem(root: self.path)
        guard geteuid() == 0, let owner, owner.user != 0 else { return }
        disk = try LinuxFileSystem(root: self.path, givingTo: owner)
    }

    /// What a symbolic link says; nil where there is none.
    static func linkTarget(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// The number of the user that batchd runs as; nil where nothing tells.
    var user: UInt32? { owner?.user }

    /// Whoever owns what batchd has made.
    private var owner: FileOwner? {
        let names = ((try? disk.entries(of: SpoolLayout.spool, maximum: .max)) ?? []).map(\.name.string).sorted()
        let queues = names.map { QueueLayout(queue: $0) }.lazy.filter { disk.owner(of: $0.configuration) != nil }
        return queues.compactMap { disk.owner(of: $0.staging) }.first
            ?? disk.owner(of: SpoolLayout.state) ?? disk.owner(of: SpoolLayout.lock)
    }

    /// Keeps root from making files in a root of another user's, who may then not change or remove them.
    ///
    /// - Parameter words: The command to give as that user.
    /// - Throws: `CommandFailure` with code 78.
    func refuseForeignRoot(_ words: String) throws {
        guard geteuid() == 0, let user, user != 0 else { return }
        let name = Place.name(ofUser: user)
        throw CommandFailure(
            ExitStatus.configuration,
            "'\(path)' belongs to \(name), who could not change what root makes there; run it as that user: "
                + "runuser -u \(name) -- \(words)"
        )
    }

    /// The largest configuration file that is read, in bytes.
    static let configurationBytesMaximum = 1 << 20

    /// How a root's log looks; as by default where its configuration does not say.
    ///
    /// - Parameter option: The option `--root`.
    /// - Returns: The format.
    static func logFormat(of option: String?) -> LogFormat {
        (try? SpoolRoot(path: RootOption.path(option)).daemonConfiguration().logFormat) ?? .auto
    }

    func daemonConfiguration() throws -> DaemonConfiguration {
        try DaemonConfiguration.parse(yaml: text(of: SpoolLayout.daemonConfiguration), file: "batchd.yaml")
    }

    /// The configurations of all queues, by name.
    ///
    /// - Throws: `ConfigurationError` for the first mistake in any of them.
    func queueConfigurations() throws -> [String: LoadedQueueConfiguration] {
        var queues: [String: LoadedQueueConfiguration] = [:]
        for name in try queueNames() {
            queues[name] = try queueConfiguration(of: name)
        }
        guard !queues.isEmpty else {
            throw CommandFailure(
                ExitStatus.configuration,
                "'\(path)' has no queue; write one into spool/NAME/queue.yaml, 'model: sentiment' is enough"
            )
        }
        return queues
    }

    /// Alarms that have not arrived; none where batchd.yaml has mistakes.
    func undeliveredAlerts() throws -> UndeliveredAlerts {
        let receivers = daemonReading().values?.alerts.receivers ?? []
        let time = SystemTimeSource()
        return UndeliveredAlerts(
            waiting: try WaitingAlerts.read(for: receivers, on: disk, time: time),
            refused: try RefusedAlerts.read(for: receivers, on: disk, time: time)
        )
    }

    /// The names of the queues, sorted.
    func queueNames() throws -> [String] {
        try queueDirectories { try disk.status(of: $0.configuration) != nil }
    }

    /// The directories of queues without queue.yaml that were opened once, or in which files wait; by name.
    func orphanedQueues() throws -> [OrphanedQueue] {
        try queueDirectories { try disk.status(of: $0.configuration) == nil }.compactMap { name in
            let layout = QueueLayout(queue: name)
            // Senders' files are often nobody else's business; that there may be some is enough.
            let waiting = try? disk.status(of: layout.incoming) == nil ? 0 : waitingCount(in: layout.incoming)
            guard try waiting != 0 || disk.status(of: layout.jobs) != nil else { return nil }
            return OrphanedQueue(name: name, waiting: waiting)
        }
    }

    private func waitingCount(in incoming: FilePath) throws -> Int {
        try disk.entries(of: incoming, maximum: StatusReader.countMaximum).count { !$0.name.string.hasPrefix(".") }
    }

    private func queueDirectories(where condition: (QueueLayout) throws -> Bool) throws -> [String] {
        try disk.entries(of: SpoolLayout.spool, maximum: .max)
            .filter { try $0.kind == .directory && condition(QueueLayout(queue: $0.name.string)) }
            .map(\.name.string)
            .sorted()
    }

    /// One queue's configuration.
    func queueConfiguration(of name: String) throws -> LoadedQueueConfiguration {
        try requireQueue(name)
        let path = QueueLayout(queue: name).configuration
        let text = try text(of: path)
        return LoadedQueueConfiguration(
            values: try QueueConfiguration.parse(yaml: text, file: path.string),
            text: text
        )
    }

    /// Checks that there is a queue of that name.
    ///
    /// - Throws: `CommandFailure` with code 66 and the nearest known name.
    func requireQueue(_ name: String) throws {
        let queues = try queueNames()
        guard !queues.contains(name) else { return }
        let nearest = NearestName(to: name, among: queues).flatMap { $0.isLikely ? $0.name : nil }
        let hint = nearest.map { "did you mean '\($0)'?" } ?? "the queues are: \(queues.joined(separator: ", "))"
        throw CommandFailure(ExitStatus.noInput, "there is no queue '\(name)'; \(hint)")
    }

    func text(of path: FilePath) throws -> String {
        let bytes = try bytes(of: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(ExitStatus.configuration, "'\(path)' is not UTF-8; write it again as UTF-8")
        }
        return text
    }

    private func bytes(of path: FilePath) throws -> [UInt8] {
        do throws(FileSystemError) {
            let (disk, name) = try target(of: path)
            return try disk.readFile(name, bytesMaximum: Self.configurationBytesMaximum)
        } catch {
            let problem: String
            switch error.errno {
            case .fileTooLarge: problem = "is larger than \(Self.configurationBytesMaximum) bytes; shorten it"
            case .invalidArgument: problem = "is a directory or device; make it a regular file, or a link to one"
            case .noSuchFileOrDirectory where (try? disk.status(of: path)) != nil:
                let target = Self.linkTarget(self.path.pushing(path).string) ?? "nothing"
                problem = "is a link to '\(target)', which is not there; make that file, or remove the link"
            default: throw FileSystemError(operation: error.operation, path: path, errno: error.errno)
            }
            throw CommandFailure(ExitStatus.configuration, "'\(path)' \(problem)")
        }
    }

    /// Where a configuration file lies. It may be a link, as a package keeps what it configures in /etc; no sender
    /// can put one in its place.
    private func target(of path: FilePath) throws(FileSystemError) -> (LinuxFileSystem, FilePath) {
        // A link to nothing would be opened as a link, which is an error of another name.
        let target = try disk.target(of: path)
        guard let name = target.lastComponent else { return (disk, path) }
        return (try LinuxFileSystem(root: target.removingLastComponent()), FilePath(root: nil, [name]))
    }
}
