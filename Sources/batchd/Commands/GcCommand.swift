import ArgumentParser
import Spool
import SystemPackage

/// `batchd gc`: removes what has been kept for long enough.
struct GcCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Shows, and with --apply removes, what has been kept for as long as 'retention' says.",
        discussion: """
            retention.archive_days and so on stand in batchd.yaml, and in queue.yaml for one queue. Held jobs and results \
            go only where hold_days or outbox_days says so. Without --apply nothing is removed. It is safe beside a \
            running daemon and may be killed: what is under way is never touched, and no half of a directory is seen.

            done/ is what tells a file that is dropped again from a new one. A record goes after done_days, which may not \
            be less than replay_days, once nothing else of its job is left, and only while no daemon runs: its file, \
            dropped again after that, is answered again. --json prints one object, described by schemas/gc.schema.json.

            What cannot be looked at or removed is named, and all else goes. So do answers kept in state/cache for a \
            queue that is gone or has no 'cache' any more.

            0: done. 74: the disk failed. 75: another gc is at work. 78: the configuration is wrong, or a permission is \
            missing.

            Example:
              batchd gc --root /srv/batchd
              batchd gc --apply --queue sentiment --root /srv/batchd
            """
    )

    @Flag(name: .long, help: "Remove what is listed.")
    var apply = false

    @Option(name: .long, help: "Look at this queue only.", completion: CompletionRoot.queues)
    var queue: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            if apply { try root.refuseForeignRoot("batchd gc --apply --root \(root.path)") }
            let collection = try GarbageCollection(root: root, queue: queue)
            let report = try apply ? collection.applied() : collection.planned()
            // Also where the list reaches nobody.
            defer { for failure in report.failures { StandardStream.error("batchd: \(failure.words.visible)\n") } }
            if json {
                try StandardStream.document(DocumentCoding.encode(report, indented: true))
            } else {
                try StandardStream.output(report.text)
            }
            if let first = report.failures.first { throw ExitCode(CommandFailure(first.error).code) }
        }
    }
}
