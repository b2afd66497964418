import BatchTesting
import Glibc
import Spool
import SystemPackage

/// A workload on a root of its own, with its collector, through as many runs as a case needs.
final class WorkloadTrial {
    /// How a run ended, and what it said.
    struct RunEnd: Sendable {
        /// How.
        var end: ChildProcess.Event
        /// What stands on its standard output and error.
        var words: String
    }

    /// What an operator does to a run that waits for a fault to be mended.
    enum Operator: Sendable, CaseIterable {
        /// Mends it, so that the run goes on.
        case mends
        /// Ends the run with SIGTERM.
        case terminates
        /// Kills the run.
        case kills
    }

    /// The root.
    let root: RealRoot
    let workload: Workload
    private let collector: OutboxCollector
    private let output: FilePath
    private let undisturbed: [JobName: PublishedJob]

    /// A run that has not ended by then hangs, in milliseconds.
    private static let hangMilliseconds = 90_000
    /// How often a run with a lasting fault is looked at, in milliseconds.
    private static let lookMilliseconds = 5

    /// Makes the root and drops everything into it.
    ///
    /// - Parameters:
    ///   - workload: What is dropped.
    ///   - directory: Where the root is made.
    ///   - binary: The `batchd` that runs it.
    ///   - undisturbed: What a run without a fault published.
    /// - Throws: `FileSystemError` or `Errno`.
    init(
        _ workload: Workload,
        at directory: FilePath,
        binary: FilePath,
        undisturbed: [JobName: PublishedJob] = [:]
    ) throws {
        self.workload = workload
        self.undisturbed = undisturbed
        root = try workload.makeRoot(at: directory, binary: binary)
        output = FilePath(directory.string + ".output")
        collector = OutboxCollector(of: root, queues: workload.collectedQueues, manner: workload.manner)
    }

    /// Removes the root.
    func remove() {
        root.remove()
        unlink(output.string)
    }

    /// Everything that was visible in the outboxes so far.
    var published: [JobName: PublishedJob] { collector.ledger.published }

    /// Runs to the end, with or without the preloaded library.
    ///
    /// - Parameters:
    ///   - shim: The library, prepared for this run.
    ///   - operator: What is done a while after a lasting fault began; nil to let the run be.
    ///   - delay: How long after, in milliseconds.
    /// - Returns: How it ended.
    /// - Throws: Where it cannot be started.
    func run(_ shim: ArmedShim? = nil, operator: Operator? = nil, delay: Int = 0) throws -> RunEnd {
        let file = try FileDescriptor.open(
            output,
            .readWrite,
            options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        return try file.closeAfter {
            let end = try collector.collecting {
                let process = try root.start(environment: shim?.environment ?? [:], output: file)
                if let shim, let `operator` {
                    return try wait(for: process, shim, `operator`, delay)
                }
                return try Self.end(of: process)
            }
            var words = [UInt8](repeating: 0, count: 4096)
            let count = try words.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
            return RunEnd(end: end, words: String(decoding: words.prefix(count), as: UTF8.self))
        }
    }

    /// Runs without a fault; where the engine of a killed run still holds the lock, runs again.
    ///
    /// - Returns: What is wrong with how it ended.
    /// - Throws: Where it cannot be started.
    func runUndisturbed() throws -> [String] {
        let busy = ChildProcess.Event.ended(.exited(75))
        var last = try run()
        for _ in 0..<100 where last.end == busy { last = try run() }
        return last.end == .ended(.exited(0)) ? [] : ["I8 a run without a fault ends with \(last.end): \(last.words)"]
    }

    /// What is wrong now, whatever happened; no run is under way.
    func violationsAtAnyInstant() -> [String] {
        root.checker.violationsAtAnyInstant() + collector.ledger.violations + collector.failures
    }

    /// What is wrong once everything should have been answered; no run is under way.
    ///
    /// - Parameter queues: The queues to look at.
    /// - Returns: One sentence each, with the invariant's number.
    func violationsWhenIdle(queues: [String] = Workload.queues) -> [String] {
        collector.ledger.look(at: root.disk, queues: root.queues)
        return workload.violationsWhenIdle(of: root, published: published, queues: queues, like: undisturbed)
            + collector.ledger.violations + collector.failures
    }

    private func wait(
        for process: ChildProcess,
        _ shim: ArmedShim,
        _ operator: Operator,
        _ delay: Int
    ) throws -> ChildProcess.Event {
        while try shim.strikes() == 0 {
            let event = try process.wait(timeoutMilliseconds: Self.lookMilliseconds)
            if event != .timedOut { return event }
        }
        let event = try process.wait(timeoutMilliseconds: delay)
        if event != .timedOut { return event }
        switch `operator` {
        case .mends: try shim.mend()
        case .terminates: process.send(SIGTERM)
        case .kills: process.kill()
        }
        return try Self.end(of: process)
    }

    private static func end(of process: ChildProcess) throws -> ChildProcess.Event {
        let event = try process.wait(timeoutMilliseconds: hangMilliseconds)
        guard event == .timedOut else { return event }
        process.kill()
        _ = try process.wait()
        return event
    }
}
