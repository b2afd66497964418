import BatchCore
import BatchTesting
import Testing

/// Answers do not depend on what else is in the batch, and come back to the shards and in the order they came from.
@Suite struct GroupComputerTests {
    private static func block(_ texts: [String]) -> RecordBlock {
        var block = RecordBlock(bytes: [])
        for (index, text) in texts.enumerated() {
            block.texts += Array(text.utf8)
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
        return block
    }

    private static func answer(_ blocks: [RecordBlock], budgetTokens: Int) throws -> [ShardOutcome] {
        let computer = try GroupComputer(model: MarkedTextModel(), now: { 0 })
        let onLong = [LongTextPolicy](repeating: .truncate, count: blocks.count)
        return try computer.answer(blocks, onLong: onLong, budgetTokens: budgetTokens)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 100_000])
    func anAnswerIsTheSameInEveryBatch(budgetTokens: Int) throws {
        let shards = [["a", "bb", "ccc"], [], ["d"], (0..<50).map { "text \($0)" }, [], ["last", ""]]
        let outcomes = try Self.answer(shards.map(Self.block), budgetTokens: budgetTokens)
        for (texts, outcome) in zip(shards, outcomes) {
            #expect(outcome.predictions.count == texts.count)
            #expect(outcome.encoded.count == texts.count)
            for (index, text) in texts.enumerated() {
                let alone = try Self.answer([Self.block([text])], budgetTokens: 1)
                let row = outcome.predictions.values[index * 3..<(index + 1) * 3]
                #expect(Array(row) == alone[0].predictions.values)
            }
        }
    }

    @Test func smallShardsShareABatch() throws {
        let outcomes = try Self.answer((0..<10).map { Self.block(["text \($0)"]) }, budgetTokens: 1000)
        #expect(outcomes.map(\.batches) == [Int](repeating: 1, count: 10))
        let tokens = outcomes.reduce(0) { $0 + $1.tokens }
        #expect(tokens == 20, "two tokens a text")
    }

    @Test func aShardWithoutRecordsHasNoAnswers() throws {
        let outcomes = try Self.answer([Self.block([])], budgetTokens: 10)
        #expect(outcomes[0].predictions.count == 0)
        #expect(outcomes[0].batches == 0)
    }
}
