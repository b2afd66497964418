import ArgumentParser
import Spool

/// `batchd wait`: waits for the end of a job.
struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Waits until a job has ended; the exit code says how.",
        discussion: """
            A file is named as it was dropped, with its ending or without. Where one of that name waits or is under way, \
            it is followed to the job that it becomes, whatever key that gets; a duplicate ends like the job that has \
            its content. Else the job of that key is told of, or the last file of that name. With --timeout it also \
            waits for a file that nobody has dropped yet.

            0: published. 65: failed, quarantined or held. 66: there is no such job or file. 75: the time of --timeout \
            is over. 78: this user may not read where jobs end.

            Example:
              batchd wait sentiment/reviews.jsonl.zst --timeout 2h && ./load-results.sh
            """
    )

    @Argument(help: "queue/FILE or queue/KEY; without the queue where one has it.", completion: CompletionRoot.jobs)
    var job: JobArgument

    @Option(name: .long, help: "Give up after this time, like 90s, 30m or 4h, and exit 75.")
    var timeout: DurationArgument?

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let search = try WaitSearch(for: job, in: root, waitsForDrop: timeout != nil)
            let waiting = JobWait(
                root: root,
                inspector: QueueInspector(disk: root.disk, queue: search.queue),
                name: search.name,
                timeoutSeconds: timeout?.seconds
            )
            throw ExitCode(try waiting.run(search.look))
        }
    }
}
