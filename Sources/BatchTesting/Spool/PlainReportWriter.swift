public import Spool

/// A report of one line, so that simulated jobs have one to lose.
public struct PlainReportWriter: ReportWriter {
    /// Creates a writer.
    public init() {}

    /// Names the job and counts what came before it.
    public func page(on job: ReportedJob) -> [UInt8] {
        let words = "\(job.metrics.job.key): \(job.metrics.records.read) after \(job.history.jobs.count) jobs\n"
        return Array(words.utf8)
    }
}
