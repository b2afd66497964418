import BatchTesting
import JSONLines
import Spool
import SystemPackage

/// Sends spoilt copies of a file through a whole keeper on a simulated disk, beside another queue that must not notice.
struct DamageTrial {
    /// What may come of a spoilt copy.
    enum Tolerance {
        /// The answers of the untouched file, or a failure that is told.
        case sameOrFailed
        /// A failure that is told, though the untouched file is answered.
        case failed
        /// A failure that is told, as of the untouched file.
        case refused
        /// Also other answers, where the metrics say that nothing vouches for the content.
        case anythingUnvouched
    }

    /// What came of one.
    enum End: Equatable {
        case same
        case failed(String)
        case other
    }

    let sample: SampleFile
    let tolerance: Tolerance
    private let manifest: [UInt8]?
    private let configuration: String
    private let expected: Answers

    private struct Answers: Equatable {
        var results: [UInt8]?
        var errors: [String]

        init(_ job: PublishedJob) throws {
            results = job.files[PublishedName.results]
            // The file of errors also says in a skippable frame which job it is of.
            errors = try job.lines(of: PublishedName.errors)
        }
    }

    /// Copies that go through one keeper; fewer than a queue works on at once.
    static let copiesMaximum = 48
    private static let damaged = QueueLayout(queue: "damaged")
    private static let other = QueueLayout(queue: "other")

    /// Sends the untouched file through, whose answers are the measure of all others.
    init(_ sample: SampleFile, tolerance: Tolerance, configuration: String = "") throws {
        self.sample = sample
        self.tolerance = tolerance
        self.configuration = "model: marked\nsettle_seconds: 0\noutput: { pass: [text] }\n" + configuration
        manifest = try sample.manifest()
        let disk = try Self.life(of: [sample.bytes], sample, manifest, self.configuration)
        let job = try PublishedJob(JobName(queue: "damaged", key: "d0"), on: disk)
        expected = try Answers(job)
        if tolerance != .refused {
            let lines = try job.lines()
            guard lines.results.count + lines.errors.count == sample.records, !lines.results.isEmpty else {
                throw CampaignError("the untouched file of \(sample.words) is not answered: \(job.files.keys.sorted())")
            }
        }
    }

    /// Sends copies through and judges each.
    ///
    /// - Parameters:
    ///   - copies: The spoilt bytes, each with what was done to it.
    ///   - outcome: Is told of each.
    /// - Returns: What came of each.
    /// - Throws: Where the keeper's configuration is refused.
    func run(_ copies: [(bytes: [UInt8], words: String)], _ outcome: inout SeedOutcome) throws -> [End] {
        precondition(copies.count <= Self.copiesMaximum, "copies would wait for one another")
        let disk: SimulatedDisk
        do {
            disk = try Self.life(of: copies.map(\.bytes), sample, manifest, configuration)
        } catch let error as CampaignError {
            outcome.note([error.description], "\(sample.words), \(copies.first?.words ?? "") and those after it")
            return []
        }
        var ends: [End] = []
        for (index, copy) in copies.enumerated() {
            let (end, violations) = judge("d\(index)", copy.bytes, on: disk)
            ends.append(end)
            outcome.note(violations, "\(sample.words), \(copy.words)")
        }
        return ends
    }

    /// One life of a keeper that ends with nothing left to do, the other queue's job published, and no rest left over.
    private static func life(
        of copies: [[UInt8]],
        _ sample: SampleFile,
        _ manifest: [UInt8]?,
        _ configuration: String
    ) throws -> SimulatedDisk {
        let clock = ManualClock()
        let disk = SimulatedDisk(clock: clock)
        for directory in damaged.directories + other.directories { disk.dropDirectory(directory) }
        for (index, bytes) in copies.enumerated() {
            if let manifest { disk.drop(manifest, at: damaged.incoming.appending("d\(index).manifest.json")) }
            disk.drop(bytes, at: damaged.incoming.appending("d\(index)" + sample.ending))
        }
        disk.drop(Array("{\"text\": \"unharmed\"}\n".utf8), at: other.incoming.appending("whole.jsonl"))
        let queues = ["damaged": configuration, "other": "model: marked\nsettle_seconds: 0\n"]
        let harness = try SpoolHarness(disk: disk, clock: clock, queues: queues, model: MarkedTextModel())
        let end = harness.run()
        guard end == .idle else { throw CampaignError("the keeper ended \(end)") }
        guard harness.keeper.stoppedQueues.isEmpty else {
            throw CampaignError("I7 queues were stopped: \(harness.keeper.stoppedQueues)")
        }
        let whole = InvariantChecker.Expectation(queue: "other", stem: "whole", lines: 1...1)
        let violations =
            InvariantChecker(disk: disk, queues: ["other"]).violationsWhenIdle(expected: [whole])
            + InvariantChecker(disk: disk, queues: ["damaged"]).violationsAtAnyInstant()
        guard violations.isEmpty else { throw CampaignError(violations.joined(separator: "; ")) }
        for directory in [damaged.incoming, damaged.claimed, damaged.jobs, damaged.staging, damaged.hold] {
            let names = try disk.entries(of: directory, maximum: 5).map(\.name.string)
            guard names.isEmpty else { throw CampaignError("I6 \(directory) still holds \(names)") }
        }
        return disk
    }

    private func judge(_ key: String, _ bytes: [UInt8], on disk: SimulatedDisk) -> (End, [String]) {
        do {
            let job = try PublishedJob(JobName(queue: "damaged", key: key), on: disk)
            let metrics = try DocumentCoding.decode(JobMetrics.self, from: job.files[PublishedName.metrics] ?? [])
            let isFailed = job.files[PublishedName.failed] != nil
            // A job that failed for too many bad records was read, and its input is kept with that of the others.
            let home =
                metrics.failure == nil || metrics.records.read > 0 ? Self.damaged.archive : Self.damaged.quarantine
            var violations: [String] = []
            if disk.content(of: home.appending(key + sample.ending)) != bytes {
                violations.append("I5 the dropped bytes are not in \(home)")
            }
            if isFailed {
                let code = metrics.failure?.code ?? ""
                violations += failureViolations(job, metrics)
                return (.failed(code), violations)
            }
            if tolerance == .failed || tolerance == .refused {
                violations.append("it was published as if it were whole")
            }
            if try Answers(job) == expected { return (.same, violations) }
            return (.other, violations + (try otherViolations(job, metrics)))
        } catch {
            return (.other, ["nothing was published that can be read: \(error)"])
        }
    }

    private func failureViolations(_ job: PublishedJob, _ metrics: JobMetrics) -> [String] {
        let reason = String(decoding: job.files[PublishedName.failed] ?? [], as: UTF8.self)
        guard let failure = metrics.failure, reason.contains(failure.message) else {
            return ["_FAILED does not give the reason: '\(reason)'"]
        }
        let isUnread = metrics.records.read == 0
        return isUnread && job.files[PublishedName.results] != nil ? ["a file that was not read has results"] : []
    }

    private func otherViolations(_ job: PublishedJob, _ metrics: JobMetrics) throws -> [String] {
        guard tolerance == .anythingUnvouched else { return ["I1 its answers are not those of the untouched file"] }
        if metrics.input.checksummed { return ["its answers are others and its metrics call it checksummed"] }
        let lines = try job.lines()
        let answered = lines.results.count + lines.errors.count
        return answered == metrics.records.read ? [] : ["I1 \(answered) of \(metrics.records.read) are answered"]
    }
}
