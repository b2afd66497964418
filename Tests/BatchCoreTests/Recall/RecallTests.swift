import BatchTesting
import Testing

@testable import BatchCore

/// A text is computed once in its scope, and whether it was makes no difference to any answer.
@Suite struct RecallTests {
    private typealias Fixture = RecallFixture

    /// Texts that were computed, by a model of two tokens a text.
    private func computed(_ outcomes: [ShardOutcome]) -> Int { outcomes.reduce(0) { $0 + $1.tokens } / 2 }

    @Test func aTextIsComputedOnceInAShardAndAGroup() throws {
        let scope = AnswerScope(memory: AnswerMemory())
        let blocks = [["a", "b", "a", "a"], [], ["b", "c", "c"]].map { Fixture.block($0) }
        let outcomes = try Fixture.answer(blocks, scope: scope)
        #expect(computed(outcomes) == 3)
        #expect(outcomes.map(\.deduplicated) == [2, 0, 2])
        #expect(outcomes.map(\.cached) == [0, 0, 0])
        let again = try Fixture.answer([Fixture.block(["c", "d", "a"])], scope: scope)
        #expect(computed(again) == 1)
        #expect(again[0].deduplicated == 2)
    }

    @Test func anotherScopeOfTheSameMemoryFindsNothing() throws {
        let memory = AnswerMemory()
        let block = Fixture.block(["a", "b"])
        for _ in 0..<3 {
            let outcome = try Fixture.answer([block], scope: AnswerScope(memory: memory))
            #expect(computed(outcome) == 2)
        }
    }

    @Test func aKeptAnswerOfAnotherJobIsCountedAsSuch() throws {
        let memory = AnswerMemory()
        let key = DigestKey.secret()
        let first = AnswerScope(memory: memory, key: key, origin: 1, keepsLearned: true)
        let learned = try Fixture.answer([Fixture.block(["a", "b", "a"])], scope: first)[0]
        // Two digests of two words, and answers of three numbers behind a word.
        #expect(learned.learned.count == 2 * (2 + 3))
        let second = AnswerScope(memory: memory, key: key, origin: 2, keepsLearned: true)
        let outcome = try Fixture.answer([Fixture.block(["c", "a", "c", "a"])], scope: second)[0]
        #expect((outcome.deduplicated, outcome.cached) == (1, 2))
        #expect(outcome.learned.count == 2 + 3)
    }

    @Test(arguments: RecallFixture.tasks, [LongTextPolicy.truncate, .error, .window])
    func answersHaveTheSameBitsWithAndWithout(task: ModelTask, onLong: LongTextPolicy) throws {
        var random = SplitMix64(seed: 7)
        let model = MarkedTextModel(task: task, wordsMaximum: 3)
        for different in [1, 3, 40, 1000] {
            // So little memory that much of it is overwritten.
            let scope = AnswerScope(memory: AnswerMemory(bytes: 192 << 10))
            for _ in 0..<6 {
                let blocks = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    let count = Int.random(in: 0...80, using: &random)
                    let pairs =
                        Bool.random(using: &random)
                        ? Fixture.texts(count, of: 2, &random) : nil
                    return Fixture.block(Fixture.texts(count, of: different, &random), pairs: pairs)
                }
                let budget = Int.random(in: 1...200, using: &random)
                let with = try Fixture.answer(blocks, model, onLong, scope: scope, budgetTokens: budget)
                let without = try Fixture.answer(blocks, model, onLong, scope: nil, budgetTokens: budget)
                #expect(with.map(\.answers) == without.map(\.answers))
                #expect(without.allSatisfy { $0.deduplicated == 0 && $0.learned.isEmpty })
            }
        }
    }

    @Test func aRefusedTextIsRefusedEachTimeAndNeverRemembered() throws {
        let model = MarkedTextModel(wordsMaximum: 2)
        let scope = AnswerScope(memory: AnswerMemory())
        for _ in 0..<2 {
            let block = Fixture.block(["a b c", "a", "a b c", "a b c"])
            let outcome = try Fixture.answer([block], model, .error, scope: scope)[0]
            #expect(outcome.block.failures.map(\.line) == [1, 3, 4])
            #expect(outcome.block.records.map(\.line) == [2])
        }
        // The same text is answered where it may be cut.
        #expect(try Fixture.answer([Fixture.block(["a b c"])], model, scope: scope)[0].predictions.count == 1)
    }

    @Test func aGroupThatFailsLeavesNothingBehind() throws {
        let scope = AnswerScope(memory: AnswerMemory())
        #expect(throws: MarkedTextFailure.self) {
            try Fixture.answer([Fixture.block(["good", "bad [throws]"])], scope: scope, budgetTokens: 1)
        }
        #expect(computed(try Fixture.answer([Fixture.block(["good"])], scope: scope)) == 1)
    }

    @Test(arguments: [(0.9, true), (1.0, false), (.infinity, false)])
    func aScopeGivesUpWhereItSavesLessThanItCosts(savedSeconds: Double, givesUp: Bool) {
        let scope = AnswerScope(memory: AnswerMemory())
        scope.record(looked: AnswerScope.trialRecords - 1, spentSeconds: 1, savedSeconds: savedSeconds)
        #expect(!scope.hasGivenUp, "too early to tell")
        scope.record(looked: 1, spentSeconds: 0, savedSeconds: 0)
        #expect(scope.hasGivenUp == givesUp)
    }

    @Test func itIsJudgedByTheLastRecordsAndForGood() {
        let scope = AnswerScope(memory: AnswerMemory())
        scope.record(looked: AnswerScope.trialRecords, spentSeconds: 1, savedSeconds: 9)
        scope.record(looked: AnswerScope.trialRecords, spentSeconds: 1, savedSeconds: 0)
        #expect(scope.hasGivenUp)
        scope.record(looked: AnswerScope.trialRecords, spentSeconds: 1, savedSeconds: 9)
        #expect(scope.hasGivenUp)
    }

    @Test func aScopeThatKeepsAnswersForOthersNeverGivesUp() {
        let scope = AnswerScope(memory: AnswerMemory(), keepsLearned: true)
        scope.record(looked: AnswerScope.trialRecords, spentSeconds: 1, savedSeconds: 0)
        #expect(!scope.hasGivenUp)
    }

    @Test func aScopeThatGaveUpComputesAll() throws {
        let scope = AnswerScope(memory: AnswerMemory())
        scope.record(looked: AnswerScope.trialRecords, spentSeconds: 1, savedSeconds: 0)
        let outcome = try Fixture.answer([Fixture.block(["a", "a"])], scope: scope)[0]
        #expect(computed([outcome]) == 2 && outcome.deduplicated == 0)
    }
}
