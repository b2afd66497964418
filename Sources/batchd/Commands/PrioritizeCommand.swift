import ArgumentParser
import Spool

/// `batchd prioritize`: changes which jobs are computed first.
struct PrioritizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prioritize",
        abstract: "Puts jobs before all others, or behind them.",
        usage: "batchd prioritize [--first | --normal | --last] <jobs> ... [<options>]",
        discussion: """
            Jobs of one rank take turns by queue, in the order of their acceptance; a job that comes first is computed \
            before any other of any queue, from the next shard on. It works with a daemon and without one.

            Example:
              batchd prioritize sentiment/reviews
              batchd prioritize --last sentiment/archive-2019
            """
    )

    @Flag(exclusivity: .exclusive, help: "The rank they get.")
    var rank = RankArgument.first

    @OptionGroup var request: JobRequest

    func run() throws {
        try reportingFailure {
            try request.perform(.prioritize, rank: rank.rank) { job in
                var words = "\(job.name) \(rank.words) "
                if case .held = job.standing {
                    words += "once it is released; it is held: batchd release \(job.name)"
                } else {
                    words += "now"
                }
                return words
            }
        }
    }
}

/// A rank on a command line.
enum RankArgument: EnumerableFlag {
    case first, normal, last

    var rank: JobRank {
        switch self {
        case .first: .first
        case .normal: .normal
        case .last: .last
        }
    }

    /// What becomes of a job of that rank.
    var words: String {
        switch self {
        case .first: "comes first"
        case .normal: "has its turn as accepted"
        case .last: "comes last"
        }
    }

    static func help(for value: RankArgument) -> ArgumentHelp? {
        switch value {
        case .first: "Before all others; the default."
        case .normal: "As accepted."
        case .last: "Behind all others."
        }
    }
}
