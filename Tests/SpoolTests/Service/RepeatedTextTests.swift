import BatchCore
import BatchTesting
import Testing

@testable import Spool

/// A text that a job says again is answered once, and its published bytes do not show it.
@Suite struct RepeatedTextTests {
    private static func lines(_ texts: [String]) -> String {
        texts.map { "{\"text\": \"\($0)\"}\n" }.joined()
    }

    private static let texts = (0..<60).map { "text \($0 % 7)" }

    private func run(_ root: OneQueue, _ setting: String = "") throws -> SpoolHarness {
        let harness = try root.harness(OneQueue.configuration + "\n" + setting)
        #expect(harness.run() == .idle)
        return harness
    }

    @Test func aJobOfManyShardsComputesEachTextOnce() throws {
        let root = OneQueue()
        root.drop(Self.lines(Self.texts), as: "a.jsonl")
        let metrics = try #require(try run(root).observer.published.first)
        #expect(metrics.records.deduplicated == 53)
        #expect(metrics.tokens == 2 * 7)
        #expect(metrics.labels.values.reduce(0, +) == 60)
        #expect(metrics.lengths?.reduce(0, +) == 60)
    }

    @Test func jobsDoNotShareTheirAnswers() throws {
        let root = OneQueue()
        root.drop(Self.lines(Self.texts), as: "a.jsonl")
        root.drop(Self.lines(Self.texts + ["another"]), as: "b.jsonl")
        #expect(try run(root).observer.published.map(\.records.deduplicated) == [53, 53])
    }

    @Test func theBytesAreThoseOfAQueueThatComputesAll() throws {
        var seen: Set<[[UInt8]?]> = []
        for setting in ["deduplicate: true", "deduplicate: false"] {
            let root = OneQueue()
            root.drop(Self.lines(Self.texts) + "{}\nno json\n" + Self.lines(Self.texts.reversed()), as: "a.jsonl")
            let metrics = try #require(try run(root, setting).observer.published.first)
            #expect((metrics.records.deduplicated > 0) == (setting == "deduplicate: true"))
            let files = try root.job("a").files
            seen.insert([files[PublishedName.results], files[PublishedName.errors]])
        }
        #expect(seen.count == 1)
    }

    @Test func aShardThatIsTriedAgainMeetsTheModel() throws {
        let root = OneQueue()
        root.model.failFlakyTexts(times: 1)
        // Eight records a shard: the second one fails once, after the first has been remembered.
        root.drop(Self.lines([String](repeating: "same", count: 15) + ["[flaky]"]), as: "a.jsonl")
        let metrics = try #require(try run(root).observer.published.first)
        #expect(metrics.records.answered == 16 && metrics.attempts == 1)
        #expect(metrics.records.deduplicated == 7, "those of the first shard only")
        #expect(metrics.tokens == 2 * (1 + 8))
    }

    @Test func aPoisonRecordIsFoundThoughItsNeighboursAreRemembered() throws {
        let root = OneQueue()
        root.drop(Self.lines([String](repeating: "same", count: 12) + ["[throws]", "same", "same"]), as: "a.jsonl")
        let job = try run(root, "retry: { attempts: 40, base: 1ms, cap: 1ms }").observer.published
        #expect(job.first?.errors == ["poison": 1])
        #expect(try root.job("a").lines().results == Array(1...12) + [14, 15])
    }
}
