import ArgumentParser
import Spool

/// `batchd cancel`: ends jobs without results.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Ends jobs that are under way or held, without results.",
        discussion: """
            The outbox gets the job's directory with _FAILED, which says who cancelled it; the input goes to \
            quarantine/, from where 'batchd retry' takes it up again. It works with a daemon and without one; the next \
            'batchd run' then publishes the end.

            Example:
              batchd cancel sentiment/reviews
            """
    )

    @OptionGroup var request: JobRequest

    func run() throws {
        try reportingFailure {
            try request.perform(.cancel) { job in
                "\(job.name) is cancelled; to have it answered after all: batchd retry \(job.name)"
            }
        }
    }
}
