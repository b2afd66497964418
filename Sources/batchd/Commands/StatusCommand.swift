import ArgumentParser
import Spool
import SystemPackage

/// `batchd status`: shows what the queues hold.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows jobs under way, jobs that wait for a person, and the newest finished ones.",
        discussion: """
            It reads the disk, so it works with a daemon and without one, and says why the last run failed; rates and ETA come from a running daemon. \
            --json prints one object, described by schemas/status.schema.json.

            Example:
              batchd status --root /srv/batchd --json
            """
    )

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Show all finished jobs that are remembered, not the last 10 only.")
    var all = false

    @OptionGroup var rootOption: RootOption

    /// Finished jobs that are shown.
    private static let finishedMaximum = 10
    /// Rows of one state and queue, for a person and for a program.
    private static let rowsMaximum = (text: 20, json: 1000)

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let reader = try StatusReader(
                disk: root.disk,
                isRunning: InstanceLock.isHeld(root: root.path),
                rowsMaximum: json ? Self.rowsMaximum.json : Self.rowsMaximum.text,
                finishedMaximum: all ? nil : Self.finishedMaximum
            )
            let orphans = try root.orphanedQueues()
            var report = try reader.report(of: (root.queueNames() + orphans.map(\.name)).sorted())
            report.markOrphans(orphans)
            // Who may not read ledgers may see the rest.
            if let alerts = try? root.undeliveredAlerts() { report.mark(alerts) }
            if json {
                try StandardStream.document(DocumentCoding.encode(report, indented: true))
            } else {
                let table = StatusTable(report, root: root.path.string, orphans: orphans.map(\.name))
                try StandardStream.output(table.text)
            }
        }
    }
}

extension StatusReport {
    /// Says of queues without queue.yaml that nothing becomes of what is dropped into them.
    mutating func markOrphans(_ orphans: [OrphanedQueue]) {
        for orphan in orphans {
            guard let index = queues.firstIndex(where: { $0.queue == orphan.name }) else { continue }
            queues[index].stopped = "it has no queue.yaml, so \(OrphanedQueue.meaning); \(orphan.advice)"
        }
    }
}
