import BatchCore
import BatchTesting

/// Blocks of texts, and their answers with and without a memory.
enum RecallFixture {
    /// The kinds of answers, each from a model that cuts texts of more than three words.
    static let tasks: [ModelTask] = [
        .classification, .multiLabel, .regression, .tokenClassification, .embedding(dimensions: 7),
    ]

    static func block(_ texts: [String], pairs: [String]? = nil) -> RecordBlock {
        var block = RecordBlock(bytes: [])
        block.hasPairs = pairs != nil
        for (index, text) in texts.enumerated() {
            block.texts += Array(text.utf8)
            let textEnd = block.texts.count
            if let pairs { block.texts += Array(pairs[index].utf8) }
            block.records.append(
                InputRecord(
                    line: index + 1,
                    ordinal: index,
                    byteOffset: 0,
                    raw: 0..<0,
                    textEnd: textEnd,
                    pairEnd: block.texts.count,
                    id: nil
                )
            )
        }
        return block
    }

    /// Answers one group.
    static func answer(
        _ blocks: [RecordBlock],
        _ model: MarkedTextModel = MarkedTextModel(),
        _ onLong: LongTextPolicy = .truncate,
        scope: AnswerScope?,
        budgetTokens: Int = 64
    ) throws -> [ShardOutcome] {
        try GroupComputer(model: model, now: { 0 }).answer(
            blocks,
            onLong: blocks.map { _ in onLong },
            scopes: blocks.map { _ in scope },
            budgetTokens: budgetTokens
        )
    }

    /// Texts of one to five words of which there are so many different ones.
    static func texts(_ count: Int, of different: Int, _ random: inout SplitMix64) -> [String] {
        let words = ["Ada", "BOB", "met", "你好", "Zoë", "", "a", "Last"]
        return (0..<count).map { _ in
            var drawn = SplitMix64(seed: UInt64(Int.random(in: 0..<different, using: &random)))
            let wordCount = Int.random(in: 1...5, using: &drawn)
            return (0..<wordCount).map { _ in words.randomElement(using: &drawn) ?? "" }.joined(separator: " ")
        }
    }
}

extension ShardOutcome {
    /// What the results follow from, bit by bit.
    var answers: [String] {
        var lines = block.records.indices.map { index in
            let columns = predictions.columns
            let values = predictions.values[index * columns..<(index + 1) * columns].map { "\($0.bitPattern)" }
            let entities =
                columns > 0 ? [] : predictions.entities[predictions.entityRange(ofRecord: index)].map { "\($0)" }
            return "\(block.records[index].line) \(encoded[index]) \(values) \(entities)"
        }
        lines += block.failures.map { "\($0.line) \($0.code) \($0.message)" }
        return lines
    }
}
