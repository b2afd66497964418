import ArgumentParser
import FoundationEssentials
import Glibc
import Spool
import SystemPackage

/// `batchd run`: the daemon. A small parent that starts the engine and restarts it when it dies.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the queues of a root: for ever, or once until nothing is left.",
        discussion: """
            With --once the exit code says how it went: 0 all jobs published; 65 a job failed or was \
            held, or a file was quarantined, in this run; 66 there is no root here; 69 the engine died again and again; \
            74 a queue stopped because its disk failed; 75 work remains, or another daemon runs this root; 78 the \
            configuration is wrong, or a permission is missing. SIGTERM finishes the batch at hand and ends; SIGHUP reads \
            the configuration again.

            Example:
              batchd run --once --deadline 4h --root /srv/batchd
            """
    )

    @OptionGroup var rootOption: RootOption

    @Flag(name: .long, help: "Publish everything that is waiting, then exit.")
    var once = false

    @Option(name: .long, help: "With --once: stop after this time, like 90s, 30m or 4h, and exit 75 if work remains.")
    var deadline: DurationArgument?

    func validate() throws {
        if deadline != nil && !once {
            throw ValidationError("--deadline needs --once: a daemon that runs for ever has no deadline.")
        }
    }

    func run() throws {
        try reportingFailure(in: SpoolRoot.logFormat(of: rootOption.root)) {
            let notifier = try ServiceNotifier.takeFromEnvironment()
            let root = try rootOption.open()
            try root.refuseForeignRoot("batchd run\(once ? " --once" : "") --root \(root.path)")
            let code = try root.leavingWordOfFailure { try supervise(root, notifier) }
            throw ExitCode(code)
        }
    }

    /// - Returns: The exit code.
    private func supervise(_ root: SpoolRoot, _ notifier: ServiceNotifier?) throws -> Int32 {
        let daemon = try configuration(of: root)
        guard let lock = try InstanceLock.tryLock(root: root.path) else {
            throw CommandFailure(
                ExitStatus.temporary,
                "another batchd runs '\(root.path)', and does this work; see 'batchd status --root \(root.path)'"
            )
        }
        let directories = try root.queueNames().flatMap { QueueLayout(queue: $0).directories }
        try RootCheck.verify(
            root.disk,
            directories: SpoolLayout.directories + directories,
            allowsNetwork: daemon.allowNetworkRoot
        )
        let supervisor = try EngineSupervisor(
            root: root.path,
            isOnce: once,
            lock: lock,
            threads: daemon.threads ?? ProcessInfo.processInfo.activeProcessorCount,
            notifier: notifier,
            logger: StructuredLogHandler.logger(
                format: daemon.logFormat,
                level: daemon.logLevel,
                progress: EngineProgressLine()
            )
        )
        return try supervisor.run(deadlineSeconds: deadline?.seconds)
    }

    /// Reads all configuration: a mistake in any queue is told here, by the process that the operator started.
    private func configuration(of root: SpoolRoot) throws -> DaemonConfiguration {
        do {
            let daemon = try root.daemonConfiguration()
            try EngineModels(root: root.path).check(root.queueConfigurations())
            return daemon
        } catch let error as ConfigurationError {
            let advice = "no queue is run until that is mended; all mistakes: batchd config check"
            throw CommandFailure(ExitStatus.configuration, "\(error); \(advice)")
        }
    }
}

extension SpoolRoot {
    /// Runs what a run does, and leaves word for `status` where that fails.
    ///
    /// - Parameters:
    ///   - holdsLock: Whether this process is the root's daemon; else another may be, which does the work.
    ///   - body: What a run does.
    /// - Returns: The exit code.
    /// - Throws: What `body` throws.
    func leavingWordOfFailure(holdsLock: Bool = false, _ body: () throws -> Int32) throws -> Int32 {
        do {
            return try body()
        } catch {
            let failure = CommandFailure(error)
            let isAlone = try holdsLock || !InstanceLock.isHeld(root: path)
            if failure.code != ExitStatus.temporary && isAlone {
                RunFailure(failure.description, exitCode: Int(failure.code), time: SystemTimeSource()).leave(on: disk)
            }
            throw error
        }
    }
}

/// A duration on the command line, in the units of the configuration.
struct DurationArgument: ExpressibleByArgument {
    let seconds: Double
    /// As --help shows it where it is a default.
    let defaultValueDescription: String

    init?(argument: String) {
        guard let seconds = DurationText.seconds(argument) else { return nil }
        self.init(seconds: seconds, text: argument)
    }

    private init(seconds: Double, text: String) {
        self.seconds = seconds
        defaultValueDescription = text
    }

    /// So many seconds.
    static func seconds(_ count: Int) -> Self { Self(seconds: Double(count), text: "\(count)s") }

    /// So many days.
    static func days(_ count: Int) -> Self { Self(seconds: Double(count) * 86_400, text: "\(count)d") }
}
