public import BatchTesting
import FoundationEssentials
import Glibc
public import Spool
public import SystemPackage

/// A root on a real disk, and the real binary that runs it.
public final class RealRoot: Sendable {
    /// The absolute path of the root.
    public let directory: FilePath
    /// The same, as a file system.
    public let disk: LinuxFileSystem
    /// The names of its queues, sorted.
    public let queues: [String]
    private let binary: FilePath

    /// A daemon of one thread that says nothing.
    public static let quietDaemon = "threads: 1\nlog: { level: critical }\n"

    /// Makes a root.
    ///
    /// - Parameters:
    ///   - directory: Where; made if it is missing, with nothing of a root in it.
    ///   - queues: `queue.yaml` of each queue.
    ///   - daemon: `batchd.yaml`.
    ///   - binary: The `batchd` that runs it.
    /// - Throws: `FileSystemError` or `Errno`.
    public init(
        at directory: FilePath,
        queues: [String: String],
        daemon: String = RealRoot.quietDaemon,
        binary: FilePath
    ) throws {
        if mkdir(directory.string, 0o755) != 0 && errno != EEXIST { throw Errno(rawValue: errno) }
        self.directory = directory
        self.queues = queues.keys.sorted()
        self.binary = binary
        disk = try LinuxFileSystem(root: directory)
        for path in SpoolLayout.directories { try disk.ensureDirectory(path) }
        for (queue, configuration) in queues {
            let layout = QueueLayout(queue: queue)
            for path in layout.directories { try disk.ensureDirectory(path) }
            try disk.writeDurably(Array(configuration.utf8), to: layout.configuration)
        }
        try disk.writeDurably(Array(daemon.utf8), to: SpoolLayout.daemonConfiguration)
    }

    /// Finds a root that was made before.
    ///
    /// - Parameters:
    ///   - directory: Where it is.
    ///   - queues: The names of its queues.
    ///   - binary: The `batchd` that runs it.
    /// - Throws: `Errno` where there is no such directory.
    public init(existing directory: FilePath, queues: [String], binary: FilePath) throws {
        self.directory = directory
        self.queues = queues.sorted()
        self.binary = binary
        disk = try LinuxFileSystem(root: directory)
    }

    /// Removes the root with all that is in it.
    public func remove() {
        for entry in (try? disk.entries(of: "", maximum: .max)) ?? [] {
            try? disk.removeTree(FilePath(entry.name.string))
        }
        rmdir(directory.string)
    }

    /// Drops a file with these bytes, whole from the first moment that its name can be seen.
    ///
    /// - Throws: `FileSystemError`.
    public func drop(_ bytes: [UInt8], as name: String, in queue: String) throws {
        try disk.writeDurably(bytes, to: QueueLayout(queue: queue).incoming.appending(name))
    }

    /// Drops a job file of these texts.
    ///
    /// - Throws: `FileSystemError`.
    public func drop(_ texts: [String], as name: String, in queue: String) throws {
        try drop(Array(texts.map { #"{"text": "\#($0)"}"# + "\n" }.joined().utf8), as: name, in: queue)
    }

    /// Starts `batchd run --once`; the model `testing/marked` is there for its queues.
    ///
    /// - Parameters:
    ///   - environment: What is added to the environment of this process.
    ///   - options: More options.
    ///   - output: Where it writes what it says; nil for where this process does.
    /// - Returns: The process, to be waited for.
    /// - Throws: `SupervisionError`.
    public func start(
        environment: [String: String] = [:],
        options: [String] = [],
        output: FileDescriptor? = nil
    ) throws -> ChildProcess {
        let variables = ProcessInfo.processInfo.environment.merging(["BATCHD_TEST_MODELS": "1"]) { $1 }
        return try ChildProcess(
            ChildCommand(
                executable: binary,
                arguments: ["run", "--once", "--deadline", "60s", "--root", directory.string] + options,
                environment: variables.merging(environment) { $1 },
                descriptors: output.map { [STDOUT_FILENO: $0, STDERR_FILENO: $0] } ?? [:]
            )
        )
    }

    /// Runs to the end; where the engine of a killed run still holds the lock, runs again.
    ///
    /// - Returns: How the last run ended.
    /// - Throws: `SupervisionError`.
    public func runToEnd() throws -> ChildProcess.Event {
        let busy = ChildProcess.Event.ended(.exited(75))
        var event = busy
        for _ in 0..<100 where event == busy { event = try start().wait() }
        return event
    }

    /// What the invariants say of it.
    public var checker: InvariantChecker { InvariantChecker(disk: disk, queues: queues) }

    /// Reads a published job.
    ///
    /// - Returns: The job with its files.
    /// - Throws: `FileSystemError`.
    public func job(_ key: String, in queue: String) throws -> PublishedJob {
        try PublishedJob(JobName(queue: queue, key: key), on: disk)
    }
}
