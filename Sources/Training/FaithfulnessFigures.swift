/// How far the answer's probability falls with and without the stretches that explain it, beside random ones.
///
/// Comprehensiveness and sufficiency are those of DeYoung et al. 2020, "ERASER", section 4
/// (https://aclanthology.org/2020.acl-main.408): the fall of the probability of the label that was given, when the
/// stretches are left out, and when nothing else is left.
public struct FaithfulnessFigures: Sendable, Equatable, Codable {
    /// The strongest stretches that speak for the answer, so many at most.
    public var stretches: Int
    /// Texts that were measured.
    public var texts: Int
    /// The words that they stretch over, in the mean of the texts.
    public var words: Double
    /// The fall without these stretches.
    public var comprehensiveness: Double
    /// The fall without as many random words, in runs as long.
    public var randomComprehensiveness: Double
    /// What lies between the two, with its 95 % confidence interval.
    public var difference: Interval
    /// The share of texts that get another label without these stretches.
    public var flipped: Double
    /// The same for random words.
    public var randomFlipped: Double
    /// The fall where nothing but these stretches is left; the lower, the better they suffice.
    public var sufficiency: Double
    /// The fall where nothing but random words is left.
    public var randomSufficiency: Double

    /// A mean and what it may as well be.
    public struct Interval: Sendable, Equatable, Codable {
        /// The mean.
        public var mean: Double
        /// The lower end of the 95 % confidence interval.
        public var low: Double
        /// The upper end.
        public var high: Double

        /// The mean of independent numbers, by the normal approximation.
        init(of values: [Double]) {
            let count = Double(max(values.count, 1))
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let error = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
            self.mean = mean
            low = mean - 1.959964 * error
            high = mean + 1.959964 * error
        }
    }

    private enum CodingKeys: String, CodingKey {
        case stretches
        case texts
        case words
        case comprehensiveness
        case randomComprehensiveness = "random_comprehensiveness"
        case difference
        case flipped
        case randomFlipped = "random_flipped"
        case sufficiency
        case randomSufficiency = "random_sufficiency"
    }
}

/// What was seen at single texts.
struct FaithfulnessTally {
    /// One text: falls of the probability, and shares of other labels.
    struct Text {
        var words = 0.0
        var without = 0.0
        var withoutRandom = 0.0
        var flipped = 0.0
        var randomFlipped = 0.0
        var only = 0.0
        var onlyRandom = 0.0
    }

    private var texts: [Text] = []

    mutating func add(_ text: Text) {
        texts.append(text)
    }

    func figures(stretches: Int) -> FaithfulnessFigures {
        let mean = { (value: (Text) -> Double) in
            texts.reduce(0) { $0 + value($1) } / Double(max(texts.count, 1))
        }
        return FaithfulnessFigures(
            stretches: stretches,
            texts: texts.count,
            words: mean(\.words),
            comprehensiveness: mean(\.without),
            randomComprehensiveness: mean(\.withoutRandom),
            difference: FaithfulnessFigures.Interval(of: texts.map { $0.without - $0.withoutRandom }),
            flipped: mean(\.flipped),
            randomFlipped: mean(\.randomFlipped),
            sufficiency: mean(\.only),
            randomSufficiency: mean(\.onlyRandom)
        )
    }
}
