import Glibc
import Spool
import Synchronization
import SystemPackage

/// Runs the seeds of a part on a few threads, skipping those that the log has already.
public struct CampaignRunner: Sendable {
    /// Where results go.
    public var log: ResultLog
    /// What every seed gets; each thread works in a directory of its own below the scratch directory.
    public var context: CampaignContext
    /// The commit under test, for the log.
    public var build: String
    /// How many seeds run at once.
    public var jobs: Int

    /// Describes a run.
    public init(log: ResultLog, context: CampaignContext, build: String, jobs: Int) {
        self.log = log
        self.context = context
        self.build = build
        self.jobs = jobs
    }

    /// Runs what has not been run yet.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - seeds: Its seeds.
    ///   - progress: Is told every line as it comes.
    /// - Returns: How many cases went wrong, of these seeds, in this run and those before.
    /// - Throws: `Errno` of the log, or what stopped a part.
    public func run(
        _ part: CampaignPart,
        seeds: ClosedRange<Int>,
        progress: @escaping @Sendable (ResultLog.Line) -> Void
    ) throws -> Int {
        let before = try log.lines().filter { $0.part == part.number && seeds.contains($0.seed) }
        let done = Set(before.map(\.seed))
        let work = SeedList(seeds.filter { !done.contains($0) })
        let threads = ThreadGroup()
        for index in 0..<jobs {
            var own = context
            own.scratch.append("worker-\(index)")
            if mkdir(own.scratch.string, 0o755) != 0 && errno != EEXIST { throw Errno(rawValue: errno) }
            let place = own
            try threads.start {
                while let seed = work.next() {
                    do {
                        let line = try live(part, seed, place)
                        try log.append(line)
                        work.add(line.outcome.wrong)
                        progress(line)
                    } catch {
                        work.stop("part \(part.number), seed \(seed): \(error)")
                    }
                }
                // Whatever a part has left there stays, to be looked at.
                rmdir(place.scratch.string)
            }
        }
        while !threads.wait(seconds: 3600) {}
        if let failure = work.failure { throw CampaignError(failure) }
        return before.reduce(work.wrong) { $0 + $1.outcome.wrong }
    }

    private func live(_ part: CampaignPart, _ seed: Int, _ context: CampaignContext) throws -> ResultLog.Line {
        // A place of its own: what a seed leaves to be tidied up late must not be the next one's.
        var own = context
        own.scratch.append("seed-\(seed)")
        if mkdir(own.scratch.string, 0o755) != 0 && errno != EEXIST { throw Errno(rawValue: errno) }
        defer { rmdir(own.scratch.string) }
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try part.run(seed, own)
        let seconds = start.duration(to: clock.now) / .seconds(1)
        return ResultLog.Line(
            part: part.number,
            name: part.name,
            seed: seed,
            build: build,
            seconds: seconds,
            outcome: outcome
        )
    }
}

/// What stopped a part of the campaign: a missing tool, a mount that failed, a seed that could not be set up.
public struct CampaignError: Error, CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String

    /// Says what happened.
    public init(_ description: String) {
        self.description = description
    }
}

private final class SeedList: Sendable {
    private struct State {
        var seeds: ArraySlice<Int>
        var wrong = 0
        var failure: String?
    }

    private let state: Mutex<State>

    init(_ seeds: [Int]) {
        state = Mutex(State(seeds: seeds[...]))
    }

    var wrong: Int { state.withLock { $0.wrong } }
    var failure: String? { state.withLock { $0.failure } }

    func next() -> Int? {
        state.withLock { $0.failure == nil ? $0.seeds.popFirst() : nil }
    }

    func add(_ wrong: Int) {
        state.withLock { $0.wrong += wrong }
    }

    func stop(_ failure: String) {
        state.withLock { $0.failure = $0.failure ?? failure }
    }
}
