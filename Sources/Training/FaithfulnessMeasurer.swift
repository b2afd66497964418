public import BatchCore
import Tokenizers

/// Measures whether explanations name what the answer hangs on: it leaves the stretches out, and as many random ones.
///
/// Left out is from the text itself, whatever the model is and however it was explained, and the model answers anew.
/// Texts that the model reads in part only are passed over, since chance would fall on what was never read; so are
/// texts of which nothing would be left.
public struct FaithfulnessMeasurer {
    /// How often chance is asked for each text.
    public static let drawsPerText = 5
    /// Texts that are in memory with their variants.
    private static let textsTogether = 64
    /// Stretches that are asked for: those that speak against the answer are among them.
    private static let explainedStretches = 50

    private let model: any BatchModel
    private let budgetTokens: Int
    private let counts: [Int]
    private let cutter = FaithfulnessRecord.makeCutter()
    private var random: SplitMix64
    private var tallies: [FaithfulnessTally]

    /// Creates a measurer.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - counts: The numbers of stretches to leave out, each measured on its own.
    ///   - seed: What chance begins with.
    ///   - budgetTokens: The tokens of a batch.
    /// - Throws: `TrainingError` where the model is no classification.
    public init(model: any BatchModel, counts: [Int], seed: UInt64, budgetTokens: Int) throws {
        guard model.task == .classification, model.explanationPasses > 0 else {
            throw TrainingError(
                "The model \(model.identity.reference) does \(model.task.words); measured are explanations of a "
                    + "classification."
            )
        }
        self.model = model
        self.counts = counts
        self.budgetTokens = budgetTokens
        random = SplitMix64(seed: seed)
        tallies = counts.map { _ in FaithfulnessTally() }
    }

    /// Measures texts.
    ///
    /// - Parameter texts: UTF-8.
    /// - Returns: The figures for each number of stretches.
    /// - Throws: What the model throws.
    public mutating func measure(_ texts: [[UInt8]]) throws -> [FaithfulnessFigures] {
        let computer = try GroupComputer(model: model, now: { 0 })
        for first in stride(from: 0, to: texts.count, by: Self.textsTogether) {
            try measure(texts[first..<min(first + Self.textsTogether, texts.count)], computer)
        }
        return zip(counts, tallies).map { $1.figures(stretches: $0) }
    }

    /// Variants of one text for one number of stretches, by their place among all that are answered together.
    private struct Trial {
        var text: Int
        var tally: Int
        var words: Int
        var first: Int
    }

    private mutating func measure(_ texts: ArraySlice<[UInt8]>, _ computer: GroupComputer) throws {
        let whole = try answer(Array(texts), explained: Self.explainedStretches, computer)
        var variants: [[UInt8]] = []
        var trials: [Trial] = []
        for (index, text) in texts.enumerated() where !whole.encoded[index].truncated {
            let record = FaithfulnessRecord(text, cutter: cutter)
            let stretches = whole.explanations.stretches[whole.explanations.range(ofRecord: index)]
                .filter { $0.weight > 0 }
            for (tally, count) in counts.enumerated() {
                let runs = stretches.prefix(count).map(record.words(of:))
                let chosen = Set(runs.joined())
                guard !chosen.isEmpty, chosen.count < record.wordCount else { continue }
                trials.append(Trial(text: index, tally: tally, words: chosen.count, first: variants.count))
                variants += [record.without(chosen), record.only(chosen)]
                for _ in 0..<Self.drawsPerText {
                    let drawn = record.randomWords(like: runs, using: &random)
                    variants += [record.without(drawn), record.only(drawn)]
                }
            }
        }
        let answers = try answer(variants, explained: 0, computer)
        for trial in trials { add(trial, whole: whole.predictions, answers: answers.predictions) }
    }

    private mutating func add(_ trial: Trial, whole: PredictionRows, answers: PredictionRows) {
        let label = whole.bestColumn(ofRecord: trial.text)
        let probability = Double(whole.values[trial.text * whole.columns + label])
        let fall = { (variant: Int) in probability - Double(answers.values[variant * answers.columns + label]) }
        let flip = { (variant: Int) in answers.bestColumn(ofRecord: variant) == label ? 0.0 : 1.0 }
        var text = FaithfulnessTally.Text()
        text.words = Double(trial.words)
        text.without = fall(trial.first)
        text.only = fall(trial.first + 1)
        text.flipped = flip(trial.first)
        for draw in 1...Self.drawsPerText {
            let variant = trial.first + 2 * draw
            text.withoutRandom += fall(variant) / Double(Self.drawsPerText)
            text.onlyRandom += fall(variant + 1) / Double(Self.drawsPerText)
            text.randomFlipped += flip(variant) / Double(Self.drawsPerText)
        }
        tallies[trial.tally].add(text)
    }

    private func answer(_ texts: [[UInt8]], explained: Int, _ computer: GroupComputer) throws -> ShardOutcome {
        var block = RecordBlock()
        for (index, text) in texts.enumerated() {
            block.texts += text
            block.records.append(
                InputRecord(
                    line: index + 1,
                    ordinal: index,
                    byteOffset: 0,
                    raw: 0..<0,
                    textEnd: block.texts.count,
                    id: nil
                )
            )
        }
        let outcomes = try computer.answer(
            [block],
            onLong: [.truncate],
            explainedStretches: [explained],
            budgetTokens: budgetTokens
        )
        return outcomes[0]
    }
}
