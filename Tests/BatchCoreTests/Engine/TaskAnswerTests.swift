import BatchCore
import BatchTesting
import Testing

/// Every kind of answer comes back to the record that it belongs to, whatever else is in its batch.
@Suite struct TaskAnswerTests {
    private static let texts = ["Ada met BOB", "", "nobody here", "Zoë 你好 Ünder LOUD Last", "One", "a b c d e F G H"]

    private static func block(_ texts: [String], pair: (String) -> String? = { _ in nil }) -> RecordBlock {
        var block = RecordBlock(bytes: [])
        for (index, text) in texts.enumerated() {
            block.texts += Array(text.utf8)
            let textEnd = block.texts.count
            if let pair = pair(text) {
                block.texts += Array(pair.utf8)
                block.hasPairs = true
            }
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

    private static func answer(
        _ blocks: [RecordBlock],
        _ model: MarkedTextModel,
        _ onLong: LongTextPolicy = .truncate,
        budgetTokens: Int
    ) throws -> [ShardOutcome] {
        let computer = try GroupComputer(model: model, now: { 0 })
        return try computer.answer(
            blocks,
            onLong: blocks.map { _ in onLong },
            budgetTokens: budgetTokens
        )
    }

    @Test(arguments: [
        ModelTask.classification, .multiLabel, .regression, .tokenClassification, .embedding(dimensions: 7),
    ])
    func anAnswerIsTheSameInEveryBatch(task: ModelTask) throws {
        let model = MarkedTextModel(task: task, wordsMaximum: 3)
        for budgetTokens in [1, 5, 12, 1000] {
            let shards = [Self.texts, [], Array(Self.texts.reversed()), [Self.texts[3]]]
            let outcomes = try Self.answer(shards.map { Self.block($0) }, model, .window, budgetTokens: budgetTokens)
            for (texts, outcome) in zip(shards, outcomes) {
                #expect(outcome.predictions.count == texts.count)
                #expect(outcome.encoded.count == texts.count)
                for (index, text) in texts.enumerated() {
                    let alone = try Self.answer([Self.block([text])], model, .window, budgetTokens: 1)[0]
                    let columns = model.valuesPerRecord
                    let row = outcome.predictions.values[index * columns..<(index + 1) * columns]
                    #expect(Array(row) == alone.predictions.values)
                    #expect(outcome.encoded[index] == alone.encoded[0])
                    guard task == .tokenClassification else { continue }
                    let range = outcome.predictions.entityRange(ofRecord: index)
                    #expect(Array(outcome.predictions.entities[range]) == alone.predictions.entities)
                }
            }
        }
    }

    @Test func windowsOfARecordAreOneRecord() throws {
        let model = MarkedTextModel(task: .tokenClassification, wordsMaximum: 3)
        let outcome = try Self.answer([Self.block(Self.texts)], model, .window, budgetTokens: 4)[0]
        #expect(outcome.encoded.map(\.windows) == [1, 1, 1, 2, 1, 3])
        #expect(outcome.encoded.allSatisfy { !$0.truncated })
        let entities = outcome.predictions.entities[outcome.predictions.entityRange(ofRecord: 5)]
        #expect(entities.map(\.start) == [10, 12, 14])
    }

    @Test func aTextThatIsRefusedLeavesTheOthersInPlace() throws {
        let model = MarkedTextModel(task: .tokenClassification, wordsMaximum: 3)
        for budgetTokens in [1, 4, 1000] {
            let long = Self.block([Self.texts[3], Self.texts[5]])
            let shards = [Self.block(Self.texts), long, Self.block([Self.texts[0]])]
            let outcomes = try Self.answer(shards, model, .error, budgetTokens: budgetTokens)
            #expect(outcomes[0].block.failures.map(\.ordinal) == [3, 5])
            #expect(outcomes[0].block.failures.allSatisfy { $0.code == .textTooLong })
            #expect(outcomes[0].block.records.map(\.ordinal) == [0, 1, 2, 4])
            #expect(outcomes[0].encoded.count == 4)
            #expect(outcomes[0].predictions.entityEnds == [2, 2, 2, 3])
            #expect(outcomes[1].block.records.isEmpty)
            #expect(outcomes[1].predictions.count == 0)
            #expect(outcomes[2].predictions.entities.map(\.label) == [0, 1])
        }
    }

    @Test func thePolicyIsThatOfTheShard() throws {
        let model = MarkedTextModel(wordsMaximum: 3)
        let block = Self.block([Self.texts[5]])
        let computer = try GroupComputer(model: model, now: { 0 })
        let outcomes = try computer.answer(
            [block, block, block],
            onLong: [.truncate, .error, .window],
            budgetTokens: 1000
        )
        #expect(outcomes[0].encoded == [EncodedText(inputTokens: 8, truncated: true)])
        #expect(outcomes[1].encoded == [])
        #expect(outcomes[2].encoded == [EncodedText(inputTokens: 8, windows: 3)])
    }

    @Test func thePairChangesTheAnswer() throws {
        let model = MarkedTextModel(task: .embedding(dimensions: 2))
        let blocks = [
            Self.block(["ab"]), Self.block(["ab"], pair: { _ in "" }), Self.block(["a"], pair: { _ in "b" }),
            Self.block(["x", "a"], pair: { _ in "b" }),
        ]
        let outcomes = try Self.answer(blocks, model, budgetTokens: 1000)
        let rows = outcomes.map { $0.predictions.values.suffix(2) }
        #expect(rows[0] != rows[1])
        #expect(rows[0] != rows[2])
        #expect(rows[2] == rows[3])
    }
}
