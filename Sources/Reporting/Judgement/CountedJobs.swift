/// The jobs of a queue that are counted, so that no record is counted twice.
///
/// Of the jobs that answer one input, the newest that succeeded counts. Records that are replayed were counted as errors
/// of the job that they come from.
struct CountedJobs {
    /// The jobs that count, in their order.
    let jobs: [JobFigures]
    /// The keys of those whose input another answers in their place.
    let answeredAgain: Set<String>

    /// Chooses.
    ///
    /// - Parameters:
    ///   - all: Jobs of a queue, oldest first.
    ///   - repeated: A job whose answers do not count, whichever job gave them; nil of none.
    init(_ all: some Sequence<JobFigures>, without repeated: String? = nil) {
        let all = Array(all)
        let origins = all.reduce(into: [String: String]()) { origins, job in
            if let origin = job.repeats { origins[job.key] = origin }
        }
        var chosen: [String: JobFigures] = [:]
        for job in all where job.replays == nil {
            let origin = Self.first(of: job.key, origins)
            if job.hasSucceeded || chosen[origin]?.hasSucceeded != true { chosen[origin] = job }
        }
        if let repeated { chosen[Self.first(of: repeated, origins)] = nil }
        let keys = Set(chosen.values.map(\.key))
        jobs = all.filter { keys.contains($0.key) && $0.replays == nil }
        answeredAgain = Set(all.filter { $0.replays == nil && !keys.contains($0.key) }.map(\.key))
    }

    /// The job that a chain of repetitions begins with.
    private static func first(of key: String, _ origins: [String: String]) -> String {
        var first = key
        // A chain is no longer than there are jobs; what goes in circles is cut.
        for _ in 0..<origins.count {
            guard let origin = origins[first] else { break }
            first = origin
        }
        return first
    }
}
