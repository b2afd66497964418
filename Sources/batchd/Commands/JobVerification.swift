import BatchCore
import FoundationEssentials
import JSONLines
import Spool
import SystemPackage

/// Verifies one published job of a root.
struct JobVerification {
    let root: SpoolRoot
    let inspector: QueueInspector
    let done: DoneRecord
    let drawing: SampleDrawing

    /// Everything that can be verified.
    func report() throws -> VerificationReport {
        let published = QueueLayout(queue: done.job.queue).published(done.job.key)
        var report = VerificationReport(
            job: "\(done.job.queue)/\(done.job.key)",
            directory: root.path.appending(published.string).string
        )
        guard try root.disk.status(of: published) != nil else {
            report.unverified.append(
                "the results: '\(published)' was collected; verify them where they lie: batchd verify DIR"
            )
            return report
        }
        let check = PublicationCheck(disk: root.disk, directory: published)
        let outcome = try check.outcome(manifestSHA256: done.manifestSHA256)
        report.add(outcome)
        if drawing.count > 0 {
            try addSample(to: &report, published: published, format: outcome.manifest?.format ?? .native)
        }
        return report
    }

    private func addSample(
        to report: inout VerificationReport,
        published: FilePath,
        format: ResultFormat
    ) throws {
        let answered = done.metrics.records.answered
        guard answered > 0 else { return report.unverified.append("the answers: the job has none") }
        var settings = try root.queueConfiguration(of: done.job.queue).values
        settings.output.format = format
        do {
            let input = try input()
            let model = try model(settings)
            let (demand, reason) = try demand(model)
            var comparison = AnswerComparison(demandsBytes: demand == .bytes, format: format)
            let lines = try PublishedLines(root: root, directory: published, done: done)
            try lines.compare(drawing.indices(of: answered), of: input, settings, model, &comparison)
            report.sample = VerificationReport.Sample(
                demanded: demand,
                because: reason,
                model: "\(model.identity.reference) (\(model.identity.precision))",
                seed: drawing.seed,
                answered: answered,
                compared: comparison.compared,
                identical: comparison.identical
            )
            report.add(answers: comparison.differences)
        } catch let gap as VerificationGap {
            if gap.isDifference {
                report.add(difference: gap.description)
            } else {
                report.unverified.append(gap.description)
            }
        } catch let error as ConfigurationError {
            report.unverified.append(
                "the answers: the job is in the dialect '\(format.rawValue)', and queue.yaml as it is now does not go "
                    + "with that: \(error.message)"
            )
        }
    }

    /// The kept input, which must be the one that was answered.
    private func input() throws -> CheckedInput {
        guard let kept = try inspector.keptInput(of: .published(done)) else {
            throw VerificationGap(
                "the answers: the input '\(done.keptAs)' is neither in archive/ nor in quarantine/ any more"
            )
        }
        let hash = try inspector.contentHash(ofInput: kept.path)
        guard hash == done.metrics.input.sha256 else {
            throw VerificationGap(
                "'\(kept.path)' is not the input that was answered; its SHA-256 is \(hash), that was "
                    + "\(done.metrics.input.sha256): it was changed since, or its sender went on writing; "
                    + "what came late has no answer, drop it under another name",
                isDifference: true
            )
        }
        return try CheckedInput(InputFile(path: root.path.appending(kept.path.string).string))
    }

    /// The very model that answered: under the queue's reference, or else under its own name and version.
    private func model(_ settings: QueueConfiguration) throws -> any BatchModel {
        guard let wanted = done.metrics.model else { throw VerificationGap("the answers: the job had no model") }
        let models = EngineModels(root: root.path, keepsPacked: false)
        let precision = PrecisionChoice(rawValue: wanted.precision) ?? .auto
        for reference in [settings.model, wanted.reference] {
            for precision in [settings.precision, precision] {
                guard let model = try? models.load(reference, precision: precision) else { continue }
                if model.identity == wanted { return model }
            }
        }
        throw VerificationGap(
            "the answers: the model \(wanted.reference) (\(wanted.precision), weights \(wanted.weightsSHA256.prefix(12))) is "
                + "not there any more, or does not run on this machine"
        )
    }

    /// What can be demanded here: bytes depend on instruction set, build and configuration.
    private func demand(_ model: any BatchModel) throws -> (VerificationReport.Sample.Demand, String) {
        let (isa, build) = (Machine.provenance.isa, Machine.build)
        guard done.metrics.isa == isa else {
            return (.labels, "the job ran with \(done.metrics.isa), and this is \(isa)")
        }
        guard done.metrics.build == build else {
            return (.labels, "the job ran with \(done.metrics.build), and this is \(build)")
        }
        let configuration = QueueLayout(queue: done.job.queue).configuration
        if let changed = try root.disk.status(of: configuration)?.modifiedSeconds,
            let accepted = done.metrics.acceptedWallSeconds, changed > accepted
        {
            return (.labels, "'\(configuration)' was changed after the job was accepted")
        }
        return (.bytes, "instruction set (\(isa)), build (\(build)) and queue.yaml are those of the job")
    }
}

/// Why a part of a job cannot be verified.
struct VerificationGap: Error, CustomStringConvertible {
    let description: String
    /// Whether it was found to be other than it must be, and not merely could not be looked at.
    let isDifference: Bool

    init(_ description: String, isDifference: Bool = false) {
        self.description = description
        self.isDifference = isDifference
    }
}
