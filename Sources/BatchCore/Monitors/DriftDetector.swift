internal import Glibc

/// Tells whether tonight's distribution is unlike those of former nights.
struct DriftDetector {
    /// Records without which a night is not compared.
    var recordsMinimum: Int

    /// Compares.
    ///
    /// Each former night is first compared with the others in the same way. Their distances say what a distance means
    /// here: sampling, the week's rhythm and whatever else moves the nights of this queue.
    ///
    /// - Parameters:
    ///   - tonight: Counts by bin.
    ///   - history: Former nights' counts, by the same bins.
    /// - Returns: What was found; nil where there is too little to compare.
    func judge(_ tonight: [Int], history: [[Int]]) -> Finding? {
        let records = tonight.reduce(0, +)
        let history = history.filter { $0.reduce(0, +) >= recordsMinimum && $0.count == tonight.count }
        guard records >= recordsMinimum, history.count >= MonitorLimits.nightsMinimum, tonight.count > 1 else {
            return nil
        }
        let total = Self.sum(history, bins: tonight.count)
        let distance = Divergence(of: tonight, from: total)
        let usual = history.map { night in Divergence(of: night, from: zip(total, night).map { $0 - $1 }) }
        let stability = Test(distance.stability, usual: usual.map(\.stability), floor: DriftLimits.stability)
        let shannon = Test(distance.jensenShannon, usual: usual.map(\.jensenShannon), floor: DriftLimits.jensenShannon)
        // The index is at the mercy of bins that are nearly empty, Jensen-Shannon is not: both must say so.
        let level: Finding.Level =
            stability.isRaised && shannon.isRaised ? .raise : stability.isHigh && shannon.isHigh ? .hold : .clear
        return Finding(
            level: level,
            observed: distance.stability,
            expected: stability.mean,
            records: records,
            nights: history.count,
            probability: max(stability.probability, shannon.probability)
        )
    }

    private static func sum(_ nights: [[Int]], bins: Int) -> [Int] {
        nights.reduce(into: [Int](repeating: 0, count: bins)) { sum, night in
            for bin in night.indices { sum[bin] += night[bin] }
        }
    }

    /// One measure of distance against what it usually is.
    private struct Test {
        let mean: Double
        let probability: Double
        let isRaised: Bool
        let isHigh: Bool

        init(_ distance: Double, usual: [Double], floor: Double) {
            mean = usual.reduce(0, +) / Double(usual.count)
            // A distance is a sum of squares. Two labels have one direction to differ along, and of many bins nights may
            // differ along one alone: counting on more would raise alarms on steady nights.
            let ratio = mean > 0 ? distance / mean : .infinity
            probability = Distributions.fisherUpperTail(ratio, 1, Double(usual.count))
            isRaised = distance >= floor && probability < MonitorLimits.falseAlarmsPerNight
            isHigh = distance >= floor * MonitorLimits.clearOfLimit
        }
    }
}

/// How far two distributions over the same bins are from each other.
struct Divergence: Equatable {
    /// The population stability index: `Σ (p-q) ln(p/q)`, the symmetric Kullback-Leibler divergence.
    let stability: Double
    /// The Jensen-Shannon divergence in nats, at most ln 2; an eighth of the former where distances are small.
    let jensenShannon: Double

    /// Measures; half a record is spread over the bins, so that none is empty on one side only.
    init(of counts: [Int], from others: [Int]) {
        precondition(counts.count == others.count, "distributions over different bins cannot be compared")
        let first = Self.shares(counts)
        let second = Self.shares(others)
        var stability = 0.0
        var jensenShannon = 0.0
        for (p, q) in zip(first, second) {
            stability += (p - q) * log(p / q)
            let middle = (p + q) / 2
            jensenShannon += 0.5 * (p * log(p / middle) + q * log(q / middle))
        }
        self.stability = stability
        self.jensenShannon = max(jensenShannon, 0)
    }

    private static func shares(_ counts: [Int]) -> [Double] {
        let share = 0.5 / Double(counts.count)
        let total = Double(counts.reduce(0, +)) + 0.5
        return counts.map { (Double($0) + share) / total }
    }
}

/// Distances below which a drift is nothing to be told, however sure.
enum DriftLimits {
    /// Of the stability index: the customary limit of a moderate shift.
    static let stability = 0.1
    /// Of Jensen-Shannon, in nats: the same shift where it is small.
    static let jensenShannon = 0.0125
}
