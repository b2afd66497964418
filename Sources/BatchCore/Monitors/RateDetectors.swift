internal import Glibc

/// Tells whether too many records failed.
struct ErrorRateDetector {
    /// The rate that should not be exceeded.
    var above: Double
    /// Records without which nothing is judged.
    var recordsMinimum: Int

    /// Judges a night.
    ///
    /// - Parameters:
    ///   - errors: Records that failed.
    ///   - records: All records.
    /// - Returns: What was found; nil where there are too few records.
    func judge(errors: Int, records: Int) -> Finding? {
        guard records >= recordsMinimum, records > 0 else { return nil }
        let rate = Double(errors) / Double(records)
        let probability =
            rate <= above
            ? 1
            : Distributions.betaBinomialUpperTail(
                count: errors,
                trials: records,
                mean: min(max(above, ShareLimits.shareMargin / 100), 1 - ShareLimits.shareMargin),
                precision: 1 / ShareLimits.dispersionMinimum
            )
        let isRaised = probability < MonitorLimits.falseAlarmsPerNight
        return Finding(
            level: isRaised ? .raise : rate > above * MonitorLimits.clearOfLimit ? .hold : .clear,
            observed: rate,
            expected: above,
            records: records,
            nights: 0,
            probability: probability
        )
    }
}

/// Tells whether a night brought far fewer or far more records than usual.
struct VolumeDetector {
    /// How many times more or fewer matter.
    var factor: Double

    /// One night's records.
    struct Night {
        var records: Int
        /// The day of the week, from 0; any beginning will do.
        var weekday: Int
    }

    /// Judges a night: on a scale of ratios, against the same day of the week where former nights tell days apart.
    ///
    /// - Parameters:
    ///   - tonight: The night.
    ///   - history: Former nights.
    /// - Returns: What was found; nil where there are too few former nights, or none on this day of the week.
    func judge(_ tonight: Night, history: [Night]) -> Finding? {
        // Before its first weekend a queue knows nothing of weekends.
        guard history.count >= MonitorLimits.nightsMinimum,
            history.contains(where: { $0.weekday == tonight.weekday })
        else { return nil }
        let usual = Usual(history, weekday: tonight.weekday)
        let distance = Self.scale(tonight.records) - usual.mean
        let t = abs(distance) / usual.error
        let probability = min(2 * Distributions.studentUpperTail(t, degrees: usual.degrees), 1)
        let isFar = abs(distance) >= log(factor)
        return Finding(
            subject: distance < 0 ? "low" : "high",
            level: isFar && probability < MonitorLimits.falseAlarmsPerNight
                ? .raise : abs(distance) >= log(factor) / 2 ? .hold : .clear,
            observed: Double(tonight.records),
            expected: Self.records(usual.mean),
            records: tonight.records,
            nights: usual.nights,
            probability: probability
        )
    }

    private static func scale(_ records: Int) -> Double { log(Double(records) + 0.5) }

    private static func records(_ scale: Double) -> Double { max(exp(scale) - 0.5, 0) }

    /// What former nights say about tonight.
    private struct Usual {
        let mean: Double
        /// The standard error of a night's distance from the mean.
        let error: Double
        let degrees: Double
        let nights: Int

        init(_ history: [Night], weekday: Int) {
            let days = Dictionary(grouping: history, by: \.weekday).mapValues { $0.map { scale($0.records) } }
            let degreesOfDays = days.values.reduce(0) { $0 + $1.count - 1 }
            let same = days[weekday] ?? []
            let tellsDays = same.count >= 2 && degreesOfDays >= 5
            let groups = tellsDays ? Array(days.values) : [history.map { scale($0.records) }]
            let base = tellsDays ? same : groups[0]
            let spread = groups.reduce(0) { $0 + Self.squares($1) }
            degrees = Double(tellsDays ? degreesOfDays : history.count - 1)
            nights = base.count
            mean = base.reduce(0, +) / Double(base.count)
            let variance = max(spread / degrees, leastVariance)
            error = (variance * (1 + 1 / Double(base.count))).squareRoot()
        }

        private static func squares(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
    }

    /// No queue's nights are taken to vary less than by a twentieth.
    private static let leastVariance = 0.05 * 0.05
}
