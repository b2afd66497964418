import ArgumentParser
import Glibc
import Spool
import SystemPackage

/// `batchd init`: makes a root with one ready queue.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes a root with one ready queue, 'sentiment'.",
        discussion: """
            A root that is already there keeps its files, and says what it has: only directories that are missing are \
            made, and the queue where it has none.

            Example:
              batchd init /srv/batchd
            """
    )

    @Argument(help: "The directory; it is made if it is missing.", completion: .directory)
    var directory: String

    @Flag(name: .long, help: "Print nothing.")
    var quiet = false

    func run() throws {
        try reportingFailure {
            let path = FilePath(directory)
            if access(path.appending(SpoolLayout.daemonConfiguration.string).string, F_OK) == 0 {
                try SpoolRoot(path: directory).refuseForeignRoot("batchd init \(directory)")
            }
            try makeDirectories(path)
            let disk = try LinuxFileSystem(root: path)
            let isNew = try disk.status(of: SpoolLayout.daemonConfiguration) == nil
            for directory in SpoolLayout.directories { try disk.ensureDirectory(directory) }
            if try isNew || SpoolRoot(path: directory).queueNames().isEmpty { try makeQueue(on: disk) }
            // A disk that is full when batchd starts for the first time may have no room for it.
            try write("", to: SpoolLayout.lock, on: disk)
            // The daemon's configuration makes the directory a root, so it comes last.
            try write(ConfigurationTemplates.daemon, to: SpoolLayout.daemonConfiguration, on: disk)
            if quiet { return }
            guard isNew else { return try StandardStream.output(Self.contents(of: SpoolRoot(path: directory))) }
            try StandardStream.output(
                """
                \(directory) is a root now. Next:
                  drop a file:   batchd submit FILE.jsonl.zst --queue sentiment --root \(directory)
                  run it:        batchd run --once --root \(directory)
                  see results:   ls \(directory)/outbox/sentiment

                """
            )
        }
    }

    private func makeQueue(on disk: LinuxFileSystem) throws {
        let queue = QueueLayout(queue: "sentiment")
        for directory in queue.directories { try disk.ensureDirectory(directory) }
        try write(ConfigurationTemplates.queue(model: "sentiment"), to: queue.configuration, on: disk)
    }

    /// What a root that was there before holds.
    private static func contents(of root: SpoolRoot) throws -> String {
        let queues = try root.queueNames()
        let jobs = try queues.reduce(0) { sum, queue in
            let done = QueueLayout(queue: queue).done
            guard try root.disk.status(of: done) != nil else { return sum }
            return try sum + root.disk.entries(of: done, maximum: .max).count { !$0.name.string.hasPrefix(".") }
        }
        return """
            \(root.path) is a root already; its files are as they were.
              queues:         \(queues.joined(separator: ", "))
              finished jobs:  \(jobs)
              all of it:      batchd status --root \(root.path)

            """
    }

    private func makeDirectories(_ path: FilePath) throws {
        var missing: [FilePath] = []
        var current = path
        while access(current.string, F_OK) != 0, !current.isEmpty {
            missing.append(current)
            current = current.removingLastComponent()
        }
        for directory in missing.reversed() where mkdir(directory.string, 0o755) != 0 && errno != EEXIST {
            throw CommandFailure(
                ExitStatus.inputOutput,
                "cannot make '\(directory)': \(Errno(rawValue: errno)); choose a directory that you may write to"
            )
        }
    }

    private func write(_ text: String, to path: FilePath, on disk: LinuxFileSystem) throws {
        guard try disk.status(of: path) == nil else { return }
        try disk.writeDurably(Array(text.utf8), to: path)
    }
}
