/// How a model's answers compare with the labels of a set of texts.
public struct Evaluation: Sendable, Equatable {
    /// The figures of one label.
    public struct ClassFigures: Sendable, Equatable, Codable {
        /// The label.
        public var label: String

        /// Of the texts that were given this label, the share that bear it.
        public var precision: Double

        /// Of the texts that bear this label, the share that were given it.
        public var recall: Double

        /// The harmonic mean of precision and recall.
        public var f1: Double

        /// The texts that bear this label.
        public var support: Int
    }

    /// The labels that were compared, in the order of the confusion matrix.
    public let labels: [String]

    /// How many texts of each label (row) were given each label (column).
    public private(set) var confusion: [[Int]]

    /// Creates an empty evaluation.
    public init(labels: [String]) {
        self.labels = labels
        confusion = Array(repeating: Array(repeating: 0, count: labels.count), count: labels.count)
    }

    /// Counts one text.
    public mutating func count(truth: Int, answer: Int) {
        confusion[truth][answer] += 1
    }

    /// The number of texts.
    public var total: Int { confusion.joined().reduce(0, +) }

    /// The share of texts that were given their label.
    public var accuracy: Double {
        let right = labels.indices.reduce(0) { $0 + confusion[$1][$1] }
        return Self.ratio(right, total)
    }

    /// The mean of F1 over the labels that texts bear.
    public var macroF1: Double {
        let present = perClass.filter { $0.support > 0 }
        return present.isEmpty ? 0 : present.reduce(0) { $0 + $1.f1 } / Double(present.count)
    }

    /// The figures of each label.
    public var perClass: [ClassFigures] {
        labels.indices.map { label in
            let right = confusion[label][label]
            let support = confusion[label].reduce(0, +)
            let given = confusion.reduce(0) { $0 + $1[label] }
            return ClassFigures(
                label: labels[label],
                precision: Self.ratio(right, given),
                recall: Self.ratio(right, support),
                f1: Self.ratio(2 * right, support + given),
                support: support
            )
        }
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }
}
