import Training

/// An evaluation as a person or a program reads it.
struct EvaluationReport {
    private let evaluation: Evaluation

    init(_ evaluation: Evaluation) {
        self.evaluation = evaluation
    }

    /// Accuracy, macro F1, the table of labels and the confusion matrix.
    var text: String {
        let figures = evaluation.perClass.map { figures in
            [
                figures.label, Self.fixed(figures.precision), Self.fixed(figures.recall), Self.fixed(figures.f1),
                "\(figures.support)",
            ]
        }
        let matrix = zip(evaluation.labels, evaluation.confusion).map { label, row in [label] + row.map { "\($0)" } }
        return """
            texts     \(evaluation.total)
            accuracy  \(Self.fixed(evaluation.accuracy, digits: 4))
            macro F1  \(Self.fixed(evaluation.macroF1, digits: 4))

            \(TextTable.text([["label", "precision", "recall", "F1", "texts"]] + figures))

            \(TextTable.text([["is \\ was said"] + evaluation.labels] + matrix))
            """
    }

    /// The same as JSON.
    var json: Document {
        var matrix: [String: [String: Int]] = [:]
        for (label, row) in zip(evaluation.labels, evaluation.confusion) {
            matrix[label] = Dictionary(uniqueKeysWithValues: zip(evaluation.labels, row))
        }
        return Document(
            accuracy: evaluation.accuracy,
            macroF1: evaluation.macroF1,
            perClass: evaluation.perClass,
            confusion: matrix,
            texts: evaluation.total
        )
    }

    /// What `--json` prints; `confusion` is by label, then by answer.
    struct Document: Codable {
        var accuracy: Double
        var macroF1: Double
        var perClass: [Evaluation.ClassFigures]
        var confusion: [String: [String: Int]]
        var texts: Int

        private enum CodingKeys: String, CodingKey {
            case accuracy
            case macroF1 = "macro_f1"
            case perClass = "per_class"
            case confusion
            case texts
        }
    }

    /// A number from 0 up with so many decimals.
    static func fixed(_ value: Double, digits: Int = 3) -> String {
        var factor = 1
        for _ in 0..<digits { factor *= 10 }
        let scaled = Int((value * Double(factor)).rounded())
        let decimals = String(scaled % factor)
        return "\(scaled / factor)." + String(repeating: "0", count: digits - decimals.count) + decimals
    }
}
