import ArgumentParser
import Spool

/// `batchd release`: lets held jobs go on.
struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Lets held jobs go on from where they stopped.",
        discussion: """
            Shards that are done stay done; the others are tried anew, with all their attempts. The job keeps its key, \
            its model and the queue.yaml it was accepted with: to answer its input by the present ones, use \
            'batchd retry'. It works with a daemon and without one; the next 'batchd run' then goes on.

            Example:
              batchd release sentiment/reviews
            """
    )

    @OptionGroup var request: JobRequest

    func run() throws {
        try reportingFailure {
            try request.perform(.release) { "\($0.name) is released; wait for it with: batchd wait \($0.name)" }
        }
    }
}
