import Reporting
import Spool
import Synchronization

/// Makes `report.html` of the jobs that the spool publishes.
///
/// The nights before are the same for all jobs of a night, so they are added up once for each queue.
final class HTMLReportWriter: ReportWriter {
    /// The nights of a queue, and what they were made from.
    private struct Known {
        var source: Source
        var nights: FormerNights
    }

    /// What tells two pasts of a queue apart.
    private struct Source: Equatable {
        var first: JobMetrics?
        var last: JobMetrics?
        var count: Int
        var nightStart: Double
        var repeated: String?
    }

    private let corePrice: CorePrice?
    private let known = Mutex<[String: Known]>([:])

    init(corePrice: CorePrice?) {
        self.corePrice = corePrice
    }

    func page(on job: ReportedJob) -> [UInt8] {
        var report = JobReport(job, corePrice: corePrice)
        let nightStart = FormerNights.start(ofNightAt: report.figures.finishedWallSeconds)
        report.former = formerNights(of: job, figures: report.figures, nightStart: nightStart)
        let limit = JobMetrics.timestamp(nightStart)
        let ownNight = job.history.jobs.filter { $0.finishedAt >= limit && $0.job != job.metrics.job }
        report.largestOfNight = ownNight.map(\.records.read).max() ?? 0
        return JobReportPage(report).bytes
    }

    private func formerNights(of job: ReportedJob, figures: JobFigures, nightStart: Double) -> FormerNights {
        let jobs = Self.former(of: job.history, before: nightStart)
        let repeated = figures.repeats.map { Self.origin(of: $0, in: job.history) }
        let source = Source(
            first: jobs.first,
            last: jobs.last,
            count: jobs.count,
            nightStart: nightStart,
            repeated: repeated
        )
        let queue = job.metrics.job.queue
        if let known = known.withLock({ $0[queue] }), known.source == source { return known.nights }
        let nights = FormerNights(
            of: jobs.map { JobFigures($0) },
            before: figures.finishedWallSeconds,
            repeating: repeated
        )
        known.withLock { $0[queue] = Known(source: source, nights: nights) }
        return nights
    }

    /// The job that a chain of repetitions begins with.
    private static func origin(of key: String, in history: QueueHistory) -> String {
        var origin = key
        for job in history.jobs.reversed() where job.job.key == origin {
            if let parent = job.parent, parent.relation == .again { origin = parent.key }
        }
        return origin
    }

    /// The jobs of whole nights before a moment.
    private static func former(of history: QueueHistory, before nightStart: Double) -> [JobMetrics] {
        let limit = JobMetrics.timestamp(nightStart)
        var jobs = history.jobs.filter { $0.finishedAt < limit }
        // A history that is full forgets a job with each that is added, and its oldest night may lack some.
        if history.isFull, let oldest = jobs.first?.finishedWallSeconds {
            let end = JobMetrics.timestamp(FormerNights.start(ofNightAt: oldest) + 86_400)
            jobs.removeAll { $0.finishedAt < end }
        }
        return jobs
    }
}
