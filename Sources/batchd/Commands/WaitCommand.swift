import ArgumentParser
import Spool

/// `batchd wait`: waits for the end of a job.
struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Waits until a job has ended; the exit code says how.",
        discussion: """
            0: published. 65: failed, quarantined or held. 75: the time of --timeout is over. 66: there is no such job.

            Example:
              batchd wait sentiment/reviews --timeout 2h && ./load-results.sh
            """
    )

    @Argument(help: "queue/KEY, or KEY alone where one queue has it.", completion: JobArgument.completion)
    var job: JobArgument

    @Option(name: .long, help: "Give up after this time, like 90s, 30m or 4h, and exit 75.")
    var timeout: DurationArgument?

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let found = try job.find(in: root)
            let waiting = JobWait(
                root: root,
                inspector: found.inspector,
                name: found.name,
                timeoutSeconds: timeout?.seconds
            )
            throw ExitCode(try waiting.run { try found.inspector.standing(of: found.key) })
        }
    }
}
