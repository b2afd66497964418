public import BatchCore
internal import Glibc

/// Seeded nights of news by company: groups of various sizes and shares, which vary more than dice would, a weekly
/// rhythm of volume, groups that appear, and groups of few records.
public struct SimulatedNights {
    /// What the nights are like.
    public struct Settings: Sendable {
        /// Companies.
        public var groups = 500
        /// How much a company's share varies from night to night: its variance in units of `p(1-p)`.
        public var dispersion = 0.0005
        /// How much of that differs from company to company: the standard deviation of its logarithm.
        public var dispersionSpread = 0.5
        /// The standard deviation of what moves all shares of a night together, in units of `p(1-p)`.
        public var mood = 0.05
        /// How many records bear one text on average; a text's number of copies is geometric, and all have its label.
        public var copies = 1.0
        /// The part of the companies that appear later than on the first night.
        public var newcomers = 0.05
        /// The nights over which these appear.
        public var newcomerNights = 200

        /// Creates the settings that the measurements are made with.
        public init() {}
    }

    /// One company's records on one night.
    public struct Group: Sendable {
        /// The company.
        public var value: GroupValue
        /// Its records.
        public var records: Int
        /// Those with the label.
        public var positives: Int
    }

    /// One company.
    private struct Company {
        var size: Double
        var share: Double
        var dispersion: Double
        var firstNight: Int
    }

    private let settings: Settings
    private var companies: [Company] = []
    private var random: RandomVariates
    private var night = 0

    /// Founds the companies.
    ///
    /// - Parameters:
    ///   - seed: The seed of all that follows.
    ///   - settings: What the nights are like.
    public init(seed: UInt64, settings: Settings = Settings()) {
        self.settings = settings
        random = RandomVariates(seed: seed)
        for index in 0..<settings.groups {
            // Sizes from a handful to some ten thousand records, half of them below 150; shares around a fifth.
            companies.append(
                Company(
                    size: min(exp(random.normal() * 1.5) * 150, 30_000),
                    share: min(max(random.beta(1.2, 5), 0.005), 0.7),
                    dispersion: settings.dispersion * exp(random.normal() * settings.dispersionSpread),
                    firstNight: Double(index) < settings.newcomers * Double(settings.groups)
                        ? random.below(settings.newcomerNights) : 0
                )
            )
        }
    }

    /// Founds a company that a rise is tried on, in place of the last one that is not such a company already.
    ///
    /// - Parameters:
    ///   - records: Its records on every night.
    ///   - share: Its share; nil for one as companies have it.
    /// - Returns: Its name and share.
    @discardableResult
    public mutating func watch(records: Int, share: Double? = nil) -> (value: GroupValue, share: Double) {
        guard let last = companies.lastIndex(where: { $0.size > 0 }) else { preconditionFailure("no company is left") }
        companies[last].size = -Double(records)
        companies[last].share = share ?? companies[last].share
        companies[last].firstNight = 0
        return (value: "company \(last)", share: companies[last].share)
    }

    /// The next night.
    ///
    /// - Parameter rise: What the watched company's share rises by tonight.
    /// - Returns: The companies with records tonight.
    public mutating func next(rise: Double = 0) -> [Group] {
        defer { night += 1 }
        // Weekends bring a third of the news.
        let rhythm = (night % 7 >= 5 ? 0.33 : 1) * exp(random.normal() * 0.1)
        let mood = settings.mood * random.normal()
        return companies.indices.compactMap { index in
            let company = companies[index]
            guard company.firstNight <= night else { return nil }
            let watched = company.size < 0
            let records =
                watched ? Int(-company.size) : random.poisson(company.size * rhythm * exp(random.normal() * 0.3))
            guard records > 0 else { return nil }
            let base = company.share + mood * company.share * (1 - company.share) + (watched ? rise : 0)
            let share = random.beta(mean: min(max(base, 0.001), 0.99), dispersion: company.dispersion)
            return Group(
                value: "company \(index)",
                records: records,
                positives: settings.copies > 1 ? positives(records, share) : random.binomial(records, share)
            )
        }
    }

    /// Records with the label where texts come in copies.
    private mutating func positives(_ records: Int, _ share: Double) -> Int {
        var positives = 0
        var rest = records
        while rest > 0 {
            var copies = 1
            while random.uniform() > 1 / settings.copies { copies += 1 }
            copies = min(copies, rest)
            if random.uniform() < share { positives += copies }
            rest -= copies
        }
        return positives
    }
}

/// Seeded random variables beyond the uniform one; simple methods, exact where it matters.
public struct RandomVariates {
    private var generator: SplitMix64

    /// Starts the sequence of a seed.
    public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// A whole number from 0 to below the bound.
    public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

    /// A standard normal variable (Box and Muller).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// A gamma variable of scale 1 (Marsaglia and Tsang, 2000).
    public mutating func gamma(_ shape: Double) -> Double {
        guard shape >= 1 else { return gamma(shape + 1) * pow(1 - uniform(), 1 / shape) }
        let d = shape - 1.0 / 3
        while true {
            let x = normal()
            let root = 1 + x / (9 * d).squareRoot()
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }

    /// A beta variable.
    public mutating func beta(_ a: Double, _ b: Double) -> Double {
        let first = gamma(a)
        return first / (first + gamma(b))
    }

    /// A beta variable of this mean whose variance is `dispersion` times `mean(1 - mean)`.
    public mutating func beta(mean: Double, dispersion: Double) -> Double {
        guard dispersion > 0 else { return mean }
        let precision = 1 / dispersion - 1
        return beta(mean * precision, (1 - mean) * precision)
    }

    /// A binomial variable, split by order statistics until it is small (Devroye, 1986, X.4.3).
    public mutating func binomial(_ trials: Int, _ share: Double) -> Int {
        var trials = trials
        var share = share
        var successes = 0
        while trials > 32 {
            let middle = trials / 2 + 1
            let cut = beta(Double(middle), Double(trials + 1 - middle))
            if cut <= share {
                successes += middle
                trials -= middle
                share = (share - cut) / (1 - cut)
            } else {
                trials = middle - 1
                share /= cut
            }
        }
        for _ in 0..<trials where uniform() < share { successes += 1 }
        return successes
    }

    /// A Poisson variable, by halves until it is small.
    public mutating func poisson(_ mean: Double) -> Int {
        var mean = mean
        var count = 0
        while mean > 16 {
            let shape = Int(mean * 0.875)
            let time = gamma(Double(shape))
            if time > mean { return count + binomial(shape - 1, mean / time) }
            count += shape
            mean -= time
        }
        let limit = exp(-mean)
        var product = uniform()
        while product > limit {
            count += 1
            product *= uniform()
        }
        return count
    }

    /// A number from 0 to below 1.
    public mutating func uniform() -> Double { Double.random(in: 0..<1, using: &generator) }
}
