import BatchCore

/// Judges a job by the monitors of its queue, before it is published.
struct NightJudge {
    let monitors: [MonitorDefinition]
    let history: QueueHistory

    /// Adds to the metrics what the monitors have to tell and what stands.
    func judge(_ metrics: inout JobMetrics) {
        guard metrics.isNight else { return }
        let verdict = MonitorPanel(monitors).judge(
            NightSummary(metrics),
            history: history.nights(before: metrics),
            // What stands was decided by the job before, also where its content is no measure for this one.
            standing: history.jobs.last(where: \.isNight)?.alarms ?? []
        )
        if !verdict.alerts.isEmpty {
            let job = metrics.job
            metrics.alerts = verdict.alerts.map { AlertRecord($0, of: job) }
        }
        if !verdict.alarms.isEmpty { metrics.alarms = verdict.alarms }
    }
}

extension QueueHistory {
    /// The nights before a job that is being published, oldest first.
    ///
    /// Content that was answered more than once counts as it was answered last, and never as its own past.
    func nights(before metrics: JobMetrics) -> [NightSummary] {
        var contents: Set<String> = [metrics.input.sha256]
        var nights: [NightSummary] = []
        for job in jobs.reversed() where job.isNight {
            guard contents.insert(job.input.sha256).inserted else { continue }
            nights.append(NightSummary(job))
            if nights.count == MonitorLimits.nightsMaximum { break }
        }
        return nights.reversed()
    }
}

extension JobMetrics {
    /// Whether it says something about its night: errors that are replayed do not, nor a file that was not read; a file
    /// without a record says a lot.
    public var isNight: Bool { parent?.relation != .replay && (records.read > 0 || failure == nil) }
}

extension NightSummary {
    init(_ metrics: JobMetrics) {
        self.init(acceptedSeconds: metrics.acceptedWallSeconds ?? 0, model: metrics.model)
        records = metrics.records.read
        errors = metrics.records.failed
        labels = metrics.labels
        lengths = metrics.lengths ?? []
        confidence = metrics.confidenceHistogram
        slices = metrics.slices ?? []
        isMeasure = metrics.outcome == .success
        alarms = metrics.alarms ?? []
    }
}
