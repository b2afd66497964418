import ArgumentParser
import Spool

/// `batchd submit`: drops a file into a queue, durably.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Drops a file, or a directory of parts, into a queue.",
        usage: "batchd submit <file> --queue <queue> [--wait] [--again] [<options>]",
        discussion: """
            The file is copied, and has reached the disk when the command ends with exit code 0. The key that the job \
            is expected to have is printed. The same content is answered once: --again asks for another job, KEY.r2.

            With --wait the exit code tells how the job ended: 0 published; 65 failed, quarantined or held; 75 the \
            time of --timeout is over. 75 without --wait: a file of that name still waits to be claimed.

            Example:
              batchd submit reviews.jsonl.zst --queue sentiment --wait
            """
    )

    @Argument(help: "A .jsonl.zst, .ndjson.zst or .jsonl file, or a directory of such parts.", completion: .file())
    var file: String

    @Option(name: .long, help: "The queue.", completion: CompletionRoot.queues)
    var queue: String

    @Flag(name: .long, help: "Wait until the job has ended.")
    var wait = false

    @Option(name: .long, help: "With --wait: give up after this time, like 90s, 30m or 4h.")
    var timeout: DurationArgument?

    @Flag(name: .long, help: "Answer content again that was answered before.")
    var again = false

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let settings = try root.queueConfiguration(of: queue).values
            let input = try InputFile(path: file)
            let intake = try SpoolIntake(disk: root.disk, queue: queue, settings: settings)
            let drop = try intake.drop(
                input.path,
                on: input.disk,
                as: input.name,
                repetition: again ? .again : .none
            )
            try drop.announce()
            guard wait else { return }
            let inspector = QueueInspector(disk: root.disk, queue: queue)
            let waiting = JobWait(
                root: root,
                inspector: inspector,
                name: drop.expectedName,
                timeoutSeconds: timeout?.seconds
            )
            throw ExitCode(try waiting.run { JobWait.Sight(try inspector.standing(of: drop)) })
        }
    }
}

extension DroppedFile {
    /// The job as `wait` and `retry` take it.
    var expectedName: String {
        switch expectation {
        case .job(let key), .duplicate(of: let key): "\(queue)/\(key)"
        case .conflict: "\(queue)/\(name.stem)"
        }
    }

    /// Prints the expected key on standard output, and on standard error what is unusual about it.
    ///
    /// - Throws: `CommandFailure` where the key could not be written.
    func announce() throws {
        switch expectation {
        case .job: break
        case .duplicate(let key):
            StandardStream.error(
                "batchd: job '\(key)' has this content already, so the file will be archived as a duplicate; "
                    + "--again answers it once more\n"
            )
        case .conflict(let key):
            StandardStream.error(
                "batchd: job '\(key)' has this name and other content, and the queue says same_name: conflict; "
                    + "the file will be quarantined\n"
            )
        }
        try StandardStream.output(expectedName + "\n")
    }
}
