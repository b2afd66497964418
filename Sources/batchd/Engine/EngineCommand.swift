import ArgumentParser
import Glibc
import Spool
import SystemPackage

/// `batchd engine`: the child that `batchd run` starts; not for people.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "The engine that 'batchd run' starts and watches.",
        shouldDisplay: false
    )

    @Option var root: String
    @Option var parent: Int32
    @Flag var once = false

    func run() throws {
        try reportingFailure(in: SpoolRoot.logFormat(of: root)) {
            try ChildProcess.dieWithParent(parent)
            let signals = try SignalDescriptor()
            // A limit on the size of files then fails the write that meets it, and charges no shard a death.
            signal(SIGXFSZ, SIG_IGN)
            // Held by this process too, so that no other daemon starts before this one is gone.
            let lock = try InstanceLock(
                inherited: EngineSupervisor.lockDescriptors.map(FileDescriptor.init(rawValue:))
            )
            let board = try InFlightBoard(
                inherited: FileDescriptor(rawValue: EngineSupervisor.boardDescriptor)
            )
            let root = try SpoolRoot(path: root)
            let code = try root.leavingWordOfFailure(holdsLock: true) {
                try Engine(root: root, board: board, signals: signals, isOnce: once).run()
            }
            withExtendedLifetime(lock) {}
            throw ExitCode(code)
        }
    }
}
