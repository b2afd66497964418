import ArgumentParser
import Spool

/// `batchd prioritize`: changes which jobs are computed first.
struct PrioritizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prioritize",
        abstract: "Puts jobs before all others, or behind them.",
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
            try request.perform(.prioritize, rank: rank.rank) { name in
                switch rank {
                case .first: "\(name) comes first now"
                case .normal: "\(name) has its turn as accepted now"
                case .last: "\(name) comes last now"
                }
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

    static func help(for value: RankArgument) -> ArgumentHelp? {
        switch value {
        case .first: "Before all others; the default."
        case .normal: "As accepted."
        case .last: "Behind all others."
        }
    }
}
