import BatchCore
import CoreMetrics
import Spool
import Synchronization

/// The monitors of each queue whose alarms have been shown.
private final class WatchedMonitors: Sendable {
    let monitors = Mutex<[String: Set<String>]>([:])
}

/// How deliveries went when they were last shown, by destination.
private final class ShownDeliveries: Sendable {
    let figures = Mutex<[String: AlertFigures]>([:])
}

/// Every metric of the engine, by name.
struct EngineMetrics {
    private static let lastPublication = "batchd_last_publication_timestamp_seconds"

    private let factory: any MetricsFactory
    private let activeJobs: Meter
    private let rate: Meter
    private let paused: Meter
    private let stopped: Meter
    private let heartbeat: Meter
    private let watched = WatchedMonitors()
    private let deliveries = ShownDeliveries()

    init(factory: any MetricsFactory) {
        self.factory = factory
        activeJobs = Meter(label: "batchd_jobs_active", dimensions: [], factory: factory)
        rate = Meter(label: "batchd_records_per_second", dimensions: [], factory: factory)
        paused = Meter(label: "batchd_paused", dimensions: [], factory: factory)
        stopped = Meter(label: "batchd_queues_stopped", dimensions: [], factory: factory)
        heartbeat = Meter(label: "batchd_heartbeat_timestamp_seconds", dimensions: [], factory: factory)
    }

    /// Goes on with when queues last published: alerts rest on it, also where the engine runs once a night.
    ///
    /// - Parameters:
    ///   - exposition: What the engine before this one wrote.
    ///   - queues: The queues that there are.
    func restoreLastPublications(from exposition: String, of queues: Set<String>) {
        let start = Self.lastPublication + "{queue=\""
        for line in exposition.split(separator: "\n") where line.hasPrefix(start) {
            let fields = line.dropFirst(start.count).split(separator: "\"} ")
            guard fields.count == 2, let seconds = Double(fields[1]), queues.contains(String(fields[0])) else {
                continue
            }
            published(queue: String(fields[0]), atWallSeconds: seconds)
        }
    }

    /// Counts a published job and its records.
    func published(_ job: JobMetrics) {
        let queue = ("queue", job.job.queue)
        counter("batchd_jobs_total", [queue, ("outcome", job.outcome.rawValue)]).increment()
        counter("batchd_records_total", [queue, ("outcome", "out")]).increment(by: job.records.answered)
        counter("batchd_records_total", [queue, ("outcome", "failed")]).increment(by: job.records.failed)
        counter("batchd_records_truncated_total", [queue]).increment(by: job.records.truncated)
        counter("batchd_records_deduplicated_total", [queue]).increment(by: job.records.deduplicated)
        counter("batchd_records_cached_total", [queue]).increment(by: job.records.cached)
        counter("batchd_tokens_total", [queue]).increment(by: job.tokens)
        counter("batchd_attempts_charged_total", [queue]).increment(by: job.attempts)
        for (label, count) in job.labels {
            counter("batchd_results_total", [queue, ("label", label)]).increment(by: count)
        }
        for (code, count) in job.errors {
            counter("batchd_errors_total", [queue, ("code", code)]).increment(by: count)
        }
        recorder("batchd_job_seconds", [queue]).record(job.seconds.wall)
        countAlerts(of: job)
        published(queue: job.job.queue, atWallSeconds: SystemTimeSource().wallSeconds)
    }

    /// Counts what monitors raised, and shows how many of their alarms stand.
    private func countAlerts(of job: JobMetrics) {
        let queue = ("queue", job.job.queue)
        for alert in job.alerts ?? [] where alert.state == .raised {
            counter("batchd_alerts_total", [queue, ("monitor", alert.monitor)]).increment()
        }
        var standing: [String: Int] = [:]
        for alarm in job.alarms ?? [] { standing[alarm.subject.monitor, default: 0] += alarm.isActive ? 1 : 0 }
        // What was shown before and is not there any more has become 0.
        watched.monitors.withLock { monitors in
            monitors[job.job.queue, default: []].formUnion(standing.keys)
            for monitor in monitors[job.job.queue] ?? [] { standing[monitor, default: 0] += 0 }
        }
        for (monitor, count) in standing {
            Meter(
                label: "batchd_alarms_active",
                dimensions: [queue, ("monitor", monitor)],
                factory: factory
            ).set(count)
        }
    }

    private func published(queue: String, atWallSeconds seconds: Double) {
        Meter(label: Self.lastPublication, dimensions: [("queue", queue)], factory: factory).set(seconds)
    }

    /// Counts a job or file that waits for a person.
    func setAside(queue: String, code: String) {
        counter("batchd_set_aside_total", [("queue", queue), ("code", code)]).increment()
    }

    /// Shows the present state.
    ///
    /// - Parameters:
    ///   - snapshot: What `status` is told.
    ///   - isFinal: Whether the engine ends by itself, so that its silence is none.
    func update(_ snapshot: StatusSnapshot, isFinal: Bool) {
        heartbeat.set(isFinal ? 0 : snapshot.writtenWallSeconds)
        activeJobs.set(snapshot.jobs.count)
        rate.set(snapshot.recordsPerSecond)
        paused.set(snapshot.pause == nil ? 0 : 1)
        stopped.set(snapshot.stoppedQueues.count)
    }

    /// Shows how alarms leave the machine.
    func update(_ alerts: [String: AlertFigures]) {
        for (name, now) in alerts {
            let before = deliveries.figures.withLock { $0.updateValue(now, forKey: name) } ?? AlertFigures()
            let destination = ("destination", name)
            let outcomes = [
                ("delivered", now.delivered - before.delivered), ("refused", now.refused - before.refused),
                ("failed", now.failures - before.failures),
            ]
            for (outcome, count) in outcomes {
                counter("batchd_alert_deliveries_total", [destination, ("outcome", outcome)]).increment(by: count)
            }
            Meter(label: "batchd_alerts_waiting_jobs", dimensions: [destination], factory: factory).set(now.waiting)
        }
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> Counter {
        Counter(label: label, dimensions: dimensions, factory: factory)
    }

    private func recorder(_ label: String, _ dimensions: [(String, String)]) -> Recorder {
        Recorder(label: label, dimensions: dimensions, aggregate: true, factory: factory)
    }
}
