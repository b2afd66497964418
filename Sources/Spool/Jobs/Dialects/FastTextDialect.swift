import BatchCore
import JSONLines

/// `__label__positive 0.98`: what `fasttext predict-prob` prints.
///
/// A line says nothing of its record but by its place, so each record has one; it is empty where there is no result,
/// as fastText's is where it knows no word of a text.
struct FastTextDialect: ResultDialect {
    static let labelPrefix = "__label__"

    private let labels: [[UInt8]]
    /// Nil where a record has one label.
    private let threshold: Float?

    init(configuration: QueueConfiguration, model: any BatchModel) throws(ConfigurationError) {
        try configuration.check(against: model)
        labels = model.labels.map { label in
            Array((label.hasPrefix(Self.labelPrefix) ? label : Self.labelPrefix + label).utf8)
        }
        threshold = model.task == .multiLabel ? Float(configuration.output.threshold) : nil
    }

    var keepsPlaces: Bool { true }

    func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        let ranking = outcome.ranking(of: record)
        let told = threshold.map { least in ranking.prefix { $0.probability >= least } } ?? ranking.prefix(1)
        for (index, one) in told.enumerated() {
            if index > 0 { output.append(UInt8(ascii: " ")) }
            output += labels[one.label]
            output.append(UInt8(ascii: " "))
            JSONWriter.appendDecimal(one.probability, to: &output)
        }
    }
}
