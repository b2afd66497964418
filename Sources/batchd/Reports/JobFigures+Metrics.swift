import BatchCore
import Reporting
import Spool

extension JobFigures {
    /// Takes what reports compare from a job's metrics.
    init(_ metrics: JobMetrics) {
        var records = RecordFigures()
        records.read = metrics.records.read
        records.answered = metrics.records.answered
        records.failed = metrics.records.failed
        records.truncated = metrics.records.truncated
        records.windowed = metrics.records.windowed
        records.deduplicated = metrics.records.deduplicated
        records.cached = metrics.records.cached
        self.init(
            key: metrics.job.key,
            hasSucceeded: metrics.outcome == .success,
            acceptedWallSeconds: metrics.acceptedWallSeconds ?? 0,
            finishedWallSeconds: metrics.finishedWallSeconds ?? 0,
            records: records,
            labels: metrics.labels,
            confidence: metrics.confidenceHistogram,
            lengths: metrics.lengths ?? [],
            errors: metrics.errors,
            cpuSeconds: metrics.seconds.cpu,
            wallSeconds: metrics.seconds.wall,
            model: metrics.model,
            isa: metrics.isa,
            build: metrics.build
        )
        repeats = metrics.parent.flatMap { $0.relation == .again ? $0.key : nil }
        replays = metrics.parent.flatMap { $0.relation == .replay ? $0.key : nil }
        alarmsUp = metrics.isNight ? metrics.alarms?.count(where: \.isActive) ?? 0 : nil
    }
}

extension JobReport {
    /// Takes all but the former nights from what the spool knows of a job.
    init(_ job: ReportedJob, corePrice: CorePrice?) {
        let metrics = job.metrics
        self.init(
            queue: metrics.job.queue,
            source: job.source,
            figures: JobFigures(metrics),
            stages: StageSeconds(metrics.seconds),
            tokens: metrics.tokens,
            peakRSSBytes: metrics.peakRSSBytes,
            input: ReportedInput(metrics.input),
            attempts: metrics.attempts
        )
        parent = job.parent.map(Self.words)
        failure = metrics.failure.map { ReportedFailure(code: $0.code, message: $0.message) }
        for sample in job.failureSamples {
            errorSamples[sample.code, default: []].append(
                ErrorSample(line: sample.line, message: sample.message, excerpt: sample.excerpt)
            )
        }
        slices = (metrics.slices ?? []).map {
            FieldSlice($0, alarms: metrics.alarms ?? [], monitors: job.monitors)
        }
        alarms = ReportedAlarm.all(of: metrics)
        throughput = metrics.throughput.map { Throughput(binSeconds: $0.binSeconds, records: $0.records) }
        self.corePrice = corePrice
    }

    private static func words(for parent: ParentJob) -> String {
        switch parent.relation {
        case .again: "\(parent.queue)/\(parent.key), answered again"
        case .replay: "the errors of \(parent.queue)/\(parent.key)"
        }
    }
}

extension StageSeconds {
    /// The stages of a job's metrics.
    init(_ seconds: JobSeconds) {
        self.init()
        read = seconds.read
        scan = seconds.scan
        encode = seconds.encode
        predict = seconds.predict
        write = seconds.write
    }
}

extension ReportedInput {
    /// What reading the input once found.
    init(_ input: InputSummary) {
        self.init(
            bytes: input.bytes,
            decodedBytes: input.decodedBytes,
            sha256: input.sha256,
            integrity: Self.integrity(of: input)
        )
    }

    private static func integrity(of input: InputSummary) -> String {
        switch (input.manifestConfirmed, input.checksummed) {
        case (true, true): "confirmed by the sender's manifest, and by the checksum of every frame"
        case (true, false): "confirmed by the sender's manifest"
        case (false, true): "every zstd frame carries a checksum, and it is right"
        case (false, false): "nothing that came with it says whether it is whole"
        }
    }
}

extension DaemonConfiguration {
    /// What an hour of one core costs; nil where nobody has said so.
    var corePrice: CorePrice? {
        reportCoreHourPrice > 0 ? CorePrice(perHour: reportCoreHourPrice, currency: reportCurrency) : nil
    }
}
