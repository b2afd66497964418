import ArgumentParser
import Spool

/// `batchd hold`: sets jobs aside.
struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Sets jobs under way aside, with what is done of them.",
        discussion: """
            Shards that are being computed are finished, then the job lies in hold/ and nothing of it is published. \
            'batchd release' lets it go on from there; 'batchd cancel' ends it. It works with a daemon and without one.

            Example:
              batchd hold sentiment/reviews
            """
    )

    @OptionGroup var request: JobRequest

    func run() throws {
        try reportingFailure {
            try request.perform(.hold) { "\($0.name) is held; let it go on with: batchd release \($0.name)" }
        }
    }
}
