import BatchTesting
import Glibc
import Spool
import SystemPackage

/// A root on the real disk with one queue whose model does what marked texts say, and the debug binary to run it.
final class FaultRoot {
    static let queue = "marked"
    let directory: FilePath
    let disk: LinuxFileSystem
    private let binary: FilePath

    init(retry: String = "{ attempts: 6, base: 1ms, cap: 5ms, shard_timeout: 1m }") throws {
        guard let template = strdup("/tmp/batchd-fault.XXXXXX") else { throw Errno.noMemory }
        defer { free(template) }
        guard mkdtemp(template) != nil else { throw Errno(rawValue: errno) }
        directory = FilePath(platformString: template)
        disk = try LinuxFileSystem(root: directory)
        guard let executable = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
        defer { free(executable) }
        binary = FilePath(platformString: executable).removingLastComponent().appending("batchd")
        for path in SpoolLayout.directories { try disk.ensureDirectory(path) }
        let layout = QueueLayout(queue: Self.queue)
        for path in layout.directories { try disk.ensureDirectory(path) }
        let yaml = "model: testing/marked\nshard_records: 4\nsettle_seconds: 0\nretry: \(retry)\n"
        try disk.writeDurably(Array(yaml.utf8), to: layout.configuration)
        try disk.writeDurably(Array("threads: 1\nlog: { level: critical }\n".utf8), to: SpoolLayout.daemonConfiguration)
    }

    deinit {
        for entry in (try? disk.entries(of: "", maximum: .max)) ?? [] {
            try? disk.removeTree(FilePath(entry.name.string))
        }
        rmdir(directory.string)
    }

    /// Drops a job file of these texts.
    func drop(_ texts: [String], as name: String) throws {
        let lines = texts.map { #"{"text": "\#($0)"}"# + "\n" }.joined()
        try disk.writeDurably(Array(lines.utf8), to: QueueLayout(queue: Self.queue).incoming.appending(name))
    }

    /// Starts `batchd run --once`.
    func start(environment: [String: String]? = nil) throws -> ChildProcess {
        try ChildProcess(
            ChildCommand(
                executable: binary,
                arguments: ["run", "--once", "--deadline", "60s", "--root", directory.string],
                environment: environment
            )
        )
    }

    /// Runs to the end; where the engine of a killed run still holds the lock, runs again.
    func runToEnd() throws -> ChildProcess.Event {
        let busy = ChildProcess.Event.ended(.exited(75))
        var event = busy
        for _ in 0..<100 where event == busy { event = try start().wait() }
        return event
    }

    /// The job that came out of a dropped file.
    func job(_ key: String) throws -> PublishedJob {
        try PublishedJob(JobName(queue: Self.queue, key: key), on: disk)
    }

    func violations(expecting jobs: [(String, Int)]) -> [String] {
        InvariantChecker(disk: disk, queues: [Self.queue]).violationsWhenIdle(
            expected: jobs.map { .init(queue: Self.queue, stem: $0.0, lines: 1...$0.1) }
        )
    }
}
