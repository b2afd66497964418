/// Records of one group on one night, and how many of them were given the label.
struct ShareObservation: Equatable {
    /// The night's number; nights are shared by all groups.
    var night: Int
    var records: Int
    var positives: Int

    var share: Double { Double(positives) / Double(records) }
}

/// What the share of a label in each group was, and how much it varies from night to night.
///
/// A group's count is beta-binomial: its night's share varies around the group's own with variance `p(1-p)ρ`, on top of
/// the sampling of the records. ρ is estimated once for all groups, since one group's nights say too little, by
/// setting Pearson's statistic to its degrees of freedom (Williams, Applied Statistics 31, 1982). A group that varies
/// more than the others gets a ρ of its own, shrunken towards the common one by how much the groups differ (empirical
/// Bayes, after Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3). What moves all groups of a
/// night together, the market's mood, is taken out first.
struct ShareBaselines {
    /// One group's past.
    struct Group {
        var observations: [ShareObservation]
        /// The share to expect.
        fileprivate(set) var mean = 0.5
        /// Its own ρ over the common one, at least 1.
        fileprivate(set) var excess = 1.0
        /// The variance of that estimate.
        fileprivate(set) var excessVariance = 1.0

        var records: Int { observations.reduce(0) { $0 + $1.records } }
    }

    /// The groups, in the order given.
    private(set) var groups: [Group]
    /// The variance of the nights' shares in units of `p(1-p)`.
    private(set) var dispersion = ShareLimits.dispersionMinimum
    private var moods: [Double]

    init(_ histories: [[ShareObservation]]) {
        groups = histories.map { Group(observations: $0.filter { $0.records > 0 }) }
        moods = [Double](repeating: 0, count: (histories.joined().map(\.night).max() ?? -1) + 1)
        // The mean's weights need the dispersion and the dispersion the mean; the second round changes little.
        for _ in 0..<2 {
            fitMeans()
            fitMoods()
            fitDispersion()
        }
        fitMeans()
        fitExcess()
    }

    /// What a group should show tonight.
    struct Prediction {
        /// The share to expect.
        let mean: Double
        /// Its variance, but for the sampling of tonight's records.
        let variance: Double
        /// The degrees of freedom behind the whole variance.
        let degrees: Double
    }

    /// What a group should show tonight.
    ///
    /// - Parameters:
    ///   - group: The group's number.
    ///   - records: Its records tonight.
    ///   - mood: What moves all groups tonight.
    /// - Returns: The share and how far it may be missed.
    func prediction(for group: Int, records: Int, mood: Double) -> Prediction {
        let past = groups[group]
        let spread = past.mean * (1 - past.mean)
        let mean = min(max(past.mean + mood * spread, ShareLimits.shareMargin), 1 - ShareLimits.shareMargin)
        let dispersion = dispersion * past.excess
        let information = past.observations.reduce(0) { $0 + 1 / (1 / Double($1.records) + dispersion) }
        let variance = dispersion + 1 / information
        // The part of tonight's variance that rests on the estimate; a chi-square's relative variance is 2 / degrees.
        let part = variance / (variance + 1 / Double(records)) / past.excess
        return Prediction(
            mean: mean,
            variance: mean * (1 - mean) * variance,
            degrees: max(2 / (part * part * past.excessVariance), ShareLimits.degreesMinimum)
        )
    }

    /// How far the groups of a night stand from their means together, in units of `p(1-p)`.
    ///
    /// A group that stands far out says nothing of what moves all: else a few that rise together would lift what is
    /// expected of each of them. Who stands far out is told from an estimate to which nobody adds more than one at the edge
    /// of what chance brings (Huber, Annals of Mathematical Statistics 35, 1964).
    ///
    /// - Parameter night: Each group's observation; nil where it has none.
    /// - Returns: The distance; 0 where there are too few groups to say.
    func mood(of night: [ShareObservation?]) -> Double {
        let distances = zip(groups, night).compactMap { group, observation in
            observation.flatMap { group.observations.isEmpty ? nil : Distance($0, group, dispersion) }
        }
        guard distances.count >= ShareLimits.groupsForMood else { return 0 }
        let weight = distances.reduce(0) { $0 + $1.weight }
        var mood = distances.reduce(0) { $0 + $1.weight * $1.value } / weight
        for _ in 0..<ShareLimits.roundsForMood {
            mood = distances.reduce(0) { $0 + $1.weight * $1.value(near: mood) } / weight
        }
        let near = distances.filter { $0.isNear(mood) }
        let nearWeight = near.reduce(0) { $0 + $1.weight }
        return nearWeight > 0 ? near.reduce(0) { $0 + $1.weight * $1.value } / nearWeight : mood
    }

    /// How far one group stands from its mean, in units of `p(1-p)`.
    private struct Distance {
        let value: Double
        let weight: Double
        private let error: Double

        init(_ observation: ShareObservation, _ group: Group, _ dispersion: Double) {
            let spread = group.mean * (1 - group.mean)
            value = (observation.share - group.mean) / spread
            // No group counts for more than this, so that the largest cannot be its own measure.
            weight = Double(min(observation.records, ShareLimits.recordsForMood)) * spread
            error = ((dispersion * group.excess + 1 / Double(observation.records)) / spread).squareRoot()
        }

        func value(near mood: Double) -> Double {
            let edge = ShareLimits.errorsForMood * error
            return min(max(value, mood - edge), mood + edge)
        }

        func isNear(_ mood: Double) -> Bool { abs(value - mood) <= ShareLimits.errorsOutsideMood * error }
    }
}

extension ShareBaselines {
    private mutating func fitMeans() {
        let positives = groups.reduce(0) { $0 + $1.observations.reduce(0) { $0 + $1.positives } }
        let records = groups.reduce(0) { $0 + $1.records }
        let overall = (Double(positives) + 0.5) / (Double(records) + 1)
        for index in groups.indices {
            // A few records' worth of all groups, so that no share is 0 or 1 for want of records.
            let prior = 1 / (1 / ShareLimits.priorRecords + dispersion)
            var sum = prior * overall
            var weight = prior
            for observation in groups[index].observations {
                let information = 1 / (1 / Double(observation.records) + dispersion)
                sum += information * (observation.share - moods[observation.night] * spread(of: groups[index]))
                weight += information
            }
            let margin = ShareLimits.shareMargin
            groups[index].mean = min(max(sum / weight, margin), 1 - margin)
        }
    }

    private func spread(of group: Group) -> Double { group.mean * (1 - group.mean) }

    private mutating func fitMoods() {
        var nights = [[ShareObservation?]](
            repeating: [ShareObservation?](repeating: nil, count: groups.count),
            count: moods.count
        )
        for (index, group) in groups.enumerated() {
            for observation in group.observations { nights[observation.night][index] = observation }
        }
        moods = nights.map { mood(of: $0) }
    }

    private mutating func fitDispersion() {
        let usable = groups.filter(isInformative)
        let degrees = usable.reduce(0) { $0 + $1.observations.count - 1 }
        guard degrees > 0 else { return dispersion = ShareLimits.dispersionWithoutHistory }
        var low = ShareLimits.dispersionMinimum
        var high = ShareLimits.dispersionMaximum
        for _ in 0..<20 {
            // Halved on a scale of ratios: what matters lies between 0.0002 and 0.01.
            let middle = (low * high).squareRoot()
            let statistic = usable.reduce(0) { $0 + pearson($1, dispersion: middle) }
            if statistic > Double(degrees) { low = middle } else { high = middle }
        }
        dispersion = high
    }

    /// Finds each group's own ρ over the common one.
    private mutating func fitExcess() {
        let spreads = groups.map { isInformative($0) ? Spread($0, self) : nil }
        let known = spreads.compactMap { $0 }
        let variance = Self.variance(ofExcessIn: known)
        // How well the common one is known.
        let common = 2 / max(known.reduce(0) { $0 + $1.degrees * $1.part * $1.part }, ShareLimits.informationMinimum)
        for index in groups.indices {
            groups[index].excess = 1
            groups[index].excessVariance = variance + common
            guard let spread = spreads[index] else { continue }
            let total = spread.part * spread.part * variance + spread.byChance
            groups[index].excess = max(1, 1 + spread.part * variance * (spread.ratio - 1) / total)
            groups[index].excessVariance = variance * spread.byChance / total + common
        }
    }

    /// How much the groups differ in how much they vary, beyond what chance makes of equal ones.
    private static func variance(ofExcessIn known: [Spread]) -> Double {
        var sum = ShareLimits.excessPrior * ShareLimits.excessVarianceBefore
        var weight = ShareLimits.excessPrior
        for spread in known {
            let square = spread.part * spread.part
            let precision = 1 / (spread.byChance * spread.byChance)
            sum += precision * square * ((spread.ratio - 1) * (spread.ratio - 1) - spread.byChance)
            weight += precision * square * square
        }
        return min(max(sum / weight, ShareLimits.excessVarianceMinimum), ShareLimits.excessVarianceMaximum)
    }

    /// How much one group varied.
    private struct Spread {
        /// Pearson's statistic over its degrees of freedom, 1 for a group like the others.
        let ratio: Double
        let degrees: Double
        /// The part of the group's variance that is not sampling.
        let part: Double
        /// The variance of the ratio of a group like the others.
        let byChance: Double

        init(_ group: Group, _ baselines: ShareBaselines) {
            let nights = Double(group.observations.count)
            degrees = nights - 1
            ratio = baselines.pearson(group, dispersion: baselines.dispersion) / degrees
            let dispersion = baselines.dispersion
            part = group.observations.reduce(0) { $0 + dispersion / (1 / Double($1.records) + dispersion) } / nights
            // The statistic of few positives varies more than that of a normal variable.
            let kurtosis = group.observations.reduce(0) {
                $0 + 1 / (Double($1.records) * group.mean * (1 - group.mean) + 1)
            }
            byChance = 2 / degrees + kurtosis / (nights * nights)
        }
    }

    private func isInformative(_ group: Group) -> Bool {
        group.observations.count > 1 && Double(group.records) * spread(of: group) >= ShareLimits.positivesToLearnFrom
    }

    /// Pearson's statistic: squared distances from the mean over their variances, expected to be the nights less one.
    private func pearson(_ group: Group, dispersion: Double) -> Double {
        let spread = spread(of: group)
        var sum = 0.0
        var weights = 0.0
        var squares = 0.0
        for observation in group.observations {
            let weight = 1 / (1 / Double(observation.records) + dispersion)
            let share = observation.share - moods[observation.night] * spread
            sum += weight * share
            squares += weight * share * share
            weights += weight
        }
        return max(squares - sum * sum / weights, 0) / spread
    }
}

/// Numbers that govern how shares are judged; docs/decisions/0010 has the reasons.
enum ShareLimits {
    /// No group's nights are taken to vary less than this, in units of `p(1-p)`.
    static let dispersionMinimum = 0.0002
    /// The variation that is assumed where nothing is known yet.
    static let dispersionWithoutHistory = 0.01
    /// The largest variation that is looked for.
    static let dispersionMaximum = 0.25
    /// Groups from which what they have in common can be told from what is their own.
    static let groupsForMood = 20
    /// Standard errors from the mood beyond which a group pulls no harder at it.
    static let errorsForMood = 2.0
    /// Standard errors from the mood beyond which a group has no part in it.
    static let errorsOutsideMood = 3.0
    /// How often the mood is estimated anew.
    static let roundsForMood = 8
    /// The most records by which a group counts in the mood.
    static let recordsForMood = 1000
    /// How much groups are taken to differ where they do not say: the variance of their ρ over the common one.
    static let excessVarianceBefore = 0.3
    /// How much that is believed beside what the groups say, as the inverse of half its variance.
    static let excessPrior = 8.0
    /// They differ by no less.
    static let excessVarianceMinimum = 0.1
    /// They differ by no more.
    static let excessVarianceMaximum = 10.0
    /// Nights' worth of knowledge of the common ρ that is always there.
    static let informationMinimum = 1.0
    /// The fewest degrees of freedom of a variance.
    static let degreesMinimum = 3.0
    /// Positives and negatives that a group must have had for its variation to say something.
    static let positivesToLearnFrom = 10.0
    /// Records' worth of the overall share that go into each group's.
    static let priorRecords = 10.0
    /// The distance that expected shares keep from 0 and 1.
    static let shareMargin = 1e-4
}
