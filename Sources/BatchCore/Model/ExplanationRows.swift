/// One stretch of a record's text, and how it moved the answer.
public struct ExplainedStretch: Sendable, Equatable {
    /// Whether it is a stretch of the record's second text; positions count from the start of the text it is in.
    public var isInPair: Bool
    /// The first code point.
    public var start: Int
    /// One past the last code point.
    public var end: Int
    /// The first byte of the UTF-8 text; the start of a code point.
    public var byteStart: Int
    /// One past the last byte.
    public var byteEnd: Int
    /// How far it moved the answer: above 0 towards the label that was given, or towards a larger value.
    public var weight: Double

    /// Creates a stretch.
    public init(isInPair: Bool = false, start: Int, end: Int, byteStart: Int, byteEnd: Int, weight: Double) {
        self.isInPair = isInPair
        self.start = start
        self.end = end
        self.byteStart = byteStart
        self.byteEnd = byteEnd
        self.weight = weight
    }

    fileprivate func overlaps(_ other: ExplainedStretch) -> Bool {
        isInPair == other.isInPair && byteStart < other.byteEnd && other.byteStart < byteEnd
    }
}

/// The explanations of consecutive records.
public struct ExplanationRows: Sendable, Equatable {
    /// The stretches of all records, end to end; those of a record have the strongest first and do not overlap.
    public private(set) var stretches: [ExplainedStretch] = []

    /// The exclusive end of each record in `stretches`; empty where nobody asked for explanations.
    public private(set) var ends: [Int] = []

    /// The smallest weight, of either sign, that is told: what rounds to 0 in a result line moved nothing.
    public static let weightMinimum = 1e-6

    /// Creates an empty table.
    public init() {}

    /// The number of records.
    public var count: Int { ends.count }

    /// The stretches of a record, as indices into `stretches`.
    public func range(ofRecord record: Int) -> Range<Int> {
        (record == 0 ? 0 : ends[record - 1])..<ends[record]
    }

    /// Appends a record: its strongest stretches, without those that overlap a stronger one.
    ///
    /// - Parameters:
    ///   - candidates: Everything that may be told; of equally strong ones the first is taken.
    ///   - maximum: How many stretches are told at most.
    ///   - strengths: How much each candidate deserves to be told; nil for as much as it weighs, of either sign.
    public mutating func append(
        strongestOf candidates: [ExplainedStretch],
        atMost maximum: Int,
        strengths: [Double]? = nil
    ) {
        let first = stretches.count
        while stretches.count - first < maximum {
            var best: Int?
            var bestStrength = 0.0
            for (index, candidate) in candidates.enumerated() {
                let strength = strengths?[index] ?? candidate.weight.magnitude
                guard strength > bestStrength, candidate.weight.magnitude >= Self.weightMinimum,
                    !stretches[first...].contains(where: candidate.overlaps)
                else { continue }
                best = index
                bestStrength = strength
            }
            guard let best else { break }
            stretches.append(candidates[best])
        }
        stretches[first...].sort { $0.weight.magnitude > $1.weight.magnitude }
        ends.append(stretches.count)
    }
}
