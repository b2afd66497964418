/// What a monitor says about one thing tonight.
struct Finding: Equatable {
    /// What tonight means for an alarm.
    enum Level: Equatable {
        /// Beyond the level at which an alarm is raised.
        case raise
        /// Below that, and above the level at which it clears.
        case hold
        /// Back to normal.
        case clear
    }

    /// The value of the field, where the monitor looks at groups.
    var value: GroupValue?
    /// The part of a drift: `labels`, `lengths` or `confidence`; for shares the label.
    var subject: String?
    var level: Level
    var observed: Double
    var expected: Double?
    /// The records that `observed` rests on.
    var records: Int
    /// Former nights that `expected` rests on.
    var nights: Int
    /// The probability of as much without a cause; nil where none was computed.
    var probability: Double?
}

/// Tells which groups have risen above their own past tonight.
struct SurgeDetector {
    /// The rise to be caught, as a difference of shares.
    var rise: Double
    /// Records without which a group is not judged.
    var recordsMinimum: Int
    /// Former nights without which a group is not judged.
    var nightsMinimum = MonitorLimits.nightsMinimum
    /// The probability of any false finding on a night without a cause.
    var level = MonitorLimits.falseAlarmsPerNight

    /// One group tonight and before.
    struct Group {
        var value: GroupValue?
        var tonight: ShareObservation
        var history: [ShareObservation]
    }

    /// Judges all groups of a night together.
    ///
    /// - Parameter groups: Every group with records tonight.
    /// - Returns: A finding for each group that could be judged.
    func judge(_ groups: [Group]) -> [Finding] {
        let baselines = ShareBaselines(groups.map(\.history))
        let mood = baselines.mood(of: groups.map { $0.tonight.records > 0 ? $0.tonight : nil })
        let judged = groups.indices.filter { index in
            groups[index].tonight.records >= recordsMinimum
                && baselines.groups[index].observations.count >= nightsMinimum
                && baselines.groups[index].records >= recordsMinimum
        }
        let tests = judged.map { Test(groups[$0].tonight, baselines, group: $0, mood: mood, rise: rise) }
        let weights = Discoveries.weights(forNeeds: tests.map(\.need), level: level)
        let found = Discoveries.find(tests.map(\.probability), weights: weights, level: level)
        return judged.indices.map { position in
            let group = groups[judged[position]]
            let test = tests[position]
            return Finding(
                value: group.value,
                level: found[position] ? .raise : test.isHigh ? .hold : .clear,
                observed: group.tonight.share,
                expected: test.prediction.mean,
                records: group.tonight.records,
                nights: baselines.groups[judged[position]].observations.count,
                probability: test.probability
            )
        }
    }

    /// The test of one group.
    private struct Test {
        let prediction: ShareBaselines.Prediction
        let records: Int
        /// The probability of tonight's count where nothing has happened; 1 where the rise is too small to matter.
        private(set) var probability = 1.0
        /// The probability up to which this group must be believed to find the stated rise.
        private(set) var need = 1.0
        /// Whether the share is above the level at which an alarm clears.
        let isHigh: Bool

        init(_ tonight: ShareObservation, _ baselines: ShareBaselines, group: Int, mood: Double, rise: Double) {
            let past = baselines.groups[group].mean
            prediction = baselines.prediction(for: group, records: tonight.records, mood: mood)
            records = tonight.records
            let wanted = rise * ShareRise.part(at: past)
            // A low mood lets a group that keeps its share stand out; it has not risen for that.
            let risen = tonight.share - max(prediction.mean, past)
            isHigh = risen >= wanted * ShareRise.clear
            if risen >= wanted * ShareRise.raise { probability = tail(from: tonight.positives) }
            let least = leastCount(after: wanted)
            if Double(least) > Double(records) * prediction.mean { need = tail(from: least) }
        }

        /// The count that a rise leads to at least, but for one case in thirty.
        private func leastCount(after rise: Double) -> Int {
            let risen = min(prediction.mean + rise, 1 - ShareLimits.shareMargin)
            let before = prediction.mean * (1 - prediction.mean)
            let variance = risen * (1 - risen) * (prediction.variance / before + 1 / Double(records))
            return Int(Double(records) * (risen - ShareRise.certainty * variance.squareRoot()))
        }

        private func tail(from count: Int) -> Double {
            let tail = Distributions.betaBinomialUpperTail(
                count: count,
                trials: records,
                mean: prediction.mean,
                precision: prediction.mean * (1 - prediction.mean) / prediction.variance - 1
            )
            // How much nights vary is itself an estimate: the normal tail becomes Student's.
            let z = Distributions.normalUpperQuantile(max(tail, 1e-300))
            return Distributions.studentUpperTail(z, degrees: prediction.degrees)
        }
    }
}

/// Where between nothing and the stated rise an alarm is raised and cleared.
enum ShareRise {
    /// Raised only from here on, however many records say so: a large group shows rises that nobody wants to hear of.
    static let raise = 2.0 / 3
    /// Cleared below.
    static let clear = 1.0 / 3
    /// Standard errors by which the share after a rise may lie lower and is still to be caught: one case in thirty.
    static let certainty = 1.83
    /// Where a share is usually low, a smaller rise is news: two thirds of the stated one up to an eighth, all of it
    /// from a quarter on. In between it grows evenly, so that an estimate on either side decides nothing.
    static func part(at share: Double) -> Double {
        min(max(2.0 / 3 + (share - 0.125) / 0.125 / 3, 2.0 / 3), 1)
    }
}

/// Tells which groups lie above a stated share, whatever their past.
struct ShareLevelDetector {
    /// The share that should not be exceeded.
    var above: Double
    /// Records without which a group is not judged.
    var recordsMinimum: Int
    /// The probability of any false finding on a night on which every group lies at the limit.
    var level = MonitorLimits.falseAlarmsPerNight

    /// Judges all groups of a night together.
    func judge(_ groups: [(value: GroupValue?, tonight: ShareObservation)]) -> [Finding] {
        let judged = groups.filter { $0.tonight.records >= recordsMinimum }
        let probabilities = judged.map { _, tonight in
            guard tonight.share > above else { return 1.0 }
            return Distributions.betaBinomialUpperTail(
                count: tonight.positives,
                trials: tonight.records,
                mean: max(above, ShareLimits.shareMargin / 100),
                precision: 1 / ShareLimits.dispersionMinimum
            )
        }
        let weights = [Double](repeating: 1, count: judged.count)
        let found = Discoveries.find(probabilities, weights: weights, level: level)
        return judged.indices.map { index in
            let (value, tonight) = judged[index]
            let isHigh = tonight.share > above * MonitorLimits.clearOfLimit
            return Finding(
                value: value,
                level: found[index] ? .raise : isHigh ? .hold : .clear,
                observed: tonight.share,
                expected: above,
                records: tonight.records,
                nights: 0,
                probability: probabilities[index]
            )
        }
    }
}

/// Numbers that all monitors share.
public enum MonitorLimits {
    /// The probability of a false alarm of one monitor on a night without a cause.
    static let falseAlarmsPerNight = 0.004
    /// Former nights without which nothing is compared.
    public static let nightsMinimum = 3
    /// Former nights that are kept and compared at most.
    public static let nightsMaximum = 28
    /// The part of a stated limit below which an alarm clears.
    static let clearOfLimit = 0.8
    /// Alarms that a job's record carries on to the next night at most; those raised last are kept.
    public static let standingMaximum = 1000
}
