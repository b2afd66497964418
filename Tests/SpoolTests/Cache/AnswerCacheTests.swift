import BatchCore
import BatchTesting
import JSONLines
import SystemPackage
import Testing

@testable import Spool

/// A queue finds the answers of other nights where they would be computed to the same bits, and nowhere else.
@Suite struct AnswerCacheTests {
    private static let cached = OneQueue.configuration + "\ncache: 16MiB\n"
    private static let directory = SpoolLayout.cache(of: "q")

    private static func lines(_ numbers: Range<Int>) -> String {
        numbers.map { "{\"text\": \"Text BOB \($0) one two three\"}\n" }.joined()
    }

    /// One night: what was dropped is answered by an engine of its own.
    private func night(
        _ root: OneQueue,
        _ name: String,
        _ text: String,
        configuration: String = cached,
        model: MarkedTextModel = MarkedTextModel(),
        isa: String = "none",
        program: String = "test"
    ) throws -> JobMetrics {
        root.drop(text, as: name + ".jsonl")
        let values = try QueueConfiguration.parse(yaml: configuration, file: "queue.yaml")
        let harness = SpoolHarness(
            disk: root.disk,
            clock: root.clock,
            loaded: ["q": LoadedQueueConfiguration(values: values, text: configuration)],
            model: model,
            isa: isa,
            program: program
        )
        #expect(harness.run() == .idle)
        return try #require(harness.observer.published.last)
    }

    private func files(_ root: OneQueue) throws -> [FilePath] {
        try root.names(in: Self.directory).filter { $0.hasPrefix("answers") }.map { Self.directory.appending($0) }
    }

    @Test func anotherNightFindsWhatWasAnswered() throws {
        let root = OneQueue()
        let first = try night(root, "a", Self.lines(0..<20) + Self.lines(0..<5))
        #expect((first.records.deduplicated, first.records.cached) == (5, 0))
        let second = try night(root, "b", Self.lines(10..<30) + Self.lines(28..<30))
        #expect((second.records.deduplicated, second.records.cached) == (2, 10))
        let third = try night(root, "c", Self.lines(0..<30) + "{}\n")
        #expect((third.records.deduplicated, third.records.cached, third.records.failed) == (0, 30, 1))
        #expect(third.tokens == 0)
        #expect(try files(root).count == 2)
    }

    @Test func jobsOfOneNightFindEachOthersAnswers() throws {
        let root = OneQueue()
        root.drop(Self.lines(0..<20), as: "a.jsonl")
        let metrics = try night(root, "b", Self.lines(0..<20))
        #expect(metrics.records.deduplicated + metrics.records.cached >= 12)
    }

    @Test(arguments: [
        ModelTask.classification, .multiLabel, .regression, .tokenClassification, .embedding(dimensions: 5),
    ])
    func theBytesAreThoseOfAQueueWithoutACache(task: ModelTask) throws {
        let model = MarkedTextModel(task: task, wordsMaximum: 4)
        for onLong in LongTextPolicy.allCases {
            var seen: Set<[[UInt8]?]> = []
            for setting in ["cache: 16MiB", "deduplicate: false"] {
                let root = OneQueue()
                let configuration = "\(OneQueue.configuration)\n\(setting)\nlimits: { on_long: \(onLong.rawValue) }\n"
                let texts = Self.lines(0..<20) + "{\"text\": \"Ada\"}\n{\"text\": \"\"}\n" + Self.lines(3..<9)
                _ = try night(root, "a", texts, configuration: configuration, model: model)
                _ = try night(root, "b", texts + texts, configuration: configuration, model: model)
                seen.insert(
                    try ["a", "b"].flatMap { key in
                        let files = try root.job(key).files
                        return [files[PublishedName.results], files[PublishedName.errors]]
                    }
                )
            }
            #expect(seen.count == 1)
        }
    }

    @Test func anythingElseThatAnswersFollowFromBeginsAnew() throws {
        let others: [(String, MarkedTextModel, String, String)] = [
            ("weights", MarkedTextModel(weightsSHA256: String(repeating: "1", count: 64)), "none", "test"),
            ("version", MarkedTextModel(version: 2), "none", "test"),
            ("precision", MarkedTextModel(precision: "int8"), "none", "test"),
            ("columns", MarkedTextModel(labels: ["a", "b", "c", "d"]), "none", "test"),
            ("instruction set", MarkedTextModel(), "avx2", "test"),
            ("program", MarkedTextModel(), "none", "another"),
        ]
        for (name, model, isa, program) in others {
            let root = OneQueue()
            _ = try night(root, "a", Self.lines(0..<20))
            let other = try night(root, "b", Self.lines(0..<20) + "\n", model: model, isa: isa, program: program)
            #expect(other.records.cached == 0, "\(name)")
            let back = try night(root, "c", Self.lines(0..<20) + "\n\n")
            #expect(back.records.cached == 0, "\(name): the former answers are gone")
        }
    }

    @Test func anotherTreatmentOfLongTextsFindsNothing() throws {
        let root = OneQueue()
        _ = try night(root, "a", Self.lines(0..<20))
        let windowed = try night(
            root,
            "b",
            Self.lines(0..<20) + "\n",
            configuration: Self.cached + "limits: { on_long: window }\n"
        )
        #expect(windowed.records.cached == 0)
    }

    @Test func anotherQueuesFilesAreNotRead() throws {
        let root = OneQueue()
        _ = try night(root, "a", Self.lines(0..<20))
        // Somebody copies the directory to another queue, and another's answers beside this one's.
        let other = OneQueue()
        for directory in [SpoolLayout.state, SpoolLayout.caches, Self.directory]
        where
            try other.disk.status(of: directory) == nil
        {
            other.disk.dropDirectory(directory)
        }
        for path in try files(root) {
            other.disk.drop(try root.disk.readFile(path, bytesMaximum: 1 << 20), at: path)
        }
        let metrics = try night(other, "b", Self.lines(0..<20))
        #expect(metrics.records.cached == 0)
        let sealed = try root.disk.readFile(Self.directory.appending("stamp"), bytesMaximum: 1 << 16)
        let stamp = try DocumentCoding.unseal(CacheStamp.self, from: sealed)
        #expect(stamp?.origin.queue == "q")
    }

    @Test func aFileCutAnywhereCostsOnlyTime() throws {
        let root = OneQueue()
        _ = try night(root, "a", Self.lines(0..<20))
        let path = try #require(files(root).first)
        let whole = try root.disk.readFile(path, bytesMaximum: 1 << 20)
        let expected = try root.job("a").files[PublishedName.results]
        var counts: Set<Int> = []
        for count in stride(from: 0, to: whole.count, by: 97) {
            let other = try copy(of: root, replacing: path, with: Array(whole[..<count]))
            let metrics = try night(other, "a", Self.lines(0..<20))
            counts.insert(metrics.records.cached)
            #expect(try other.job("a").files[PublishedName.results] == expected)
        }
        #expect(counts == [0, 8, 16], "whole shards, as they were kept")
    }

    @Test func aChangedByteAnywhereCostsOnlyTime() throws {
        let root = OneQueue()
        _ = try night(root, "a", Self.lines(0..<6))
        let expected = try root.job("a").files[PublishedName.results]
        for path in [Self.directory.appending("stamp")] + (try files(root)) {
            let whole = try root.disk.readFile(path, bytesMaximum: 1 << 20)
            // Every byte is changed by CacheBlockTests and CacheFilesTests; a night of its own takes longer.
            for index in stride(from: 0, to: whole.count, by: 61) {
                var changed = whole
                changed[index] ^= 1 << (index % 8)
                let other = try copy(of: root, replacing: path, with: changed)
                let metrics = try night(other, "a", Self.lines(0..<6))
                #expect(metrics.records.cached == 0)
                #expect(try other.job("a").files[PublishedName.results] == expected)
            }
        }
    }

    /// A root with nothing but the cache of another, in which one file is changed.
    private func copy(of root: OneQueue, replacing path: FilePath, with bytes: [UInt8]) throws -> OneQueue {
        let copy = OneQueue()
        for directory in [SpoolLayout.state, SpoolLayout.caches, Self.directory]
        where
            try copy.disk.status(of: directory) == nil
        {
            copy.disk.dropDirectory(directory)
        }
        for name in try root.names(in: Self.directory) {
            let file = Self.directory.appending(name)
            let content = try file == path ? bytes : root.disk.readFile(file, bytesMaximum: 1 << 20)
            copy.disk.drop(content, at: file)
        }
        return copy
    }

    @Test func aCacheThatCannotBeMadeStopsNothing() throws {
        let root = OneQueue()
        root.disk.dropDirectory(SpoolLayout.state)
        root.disk.drop([], at: SpoolLayout.caches)
        let metrics = try night(root, "a", Self.lines(0..<20) + Self.lines(0..<5))
        #expect(metrics.outcome == .success && metrics.records.answered == 25)
        #expect((metrics.records.deduplicated, metrics.records.cached) == (5, 0), "as without a cache")
    }

    @Test func theCacheOfAQueueThatKeepsNoneIsRemoved() throws {
        let root = OneQueue()
        _ = try night(root, "a", Self.lines(0..<20))
        #expect(try root.disk.status(of: Self.directory) != nil)
        _ = try night(root, "b", Self.lines(0..<3), configuration: OneQueue.configuration)
        #expect(try root.disk.status(of: Self.directory) == nil)
    }

    @Test func aCacheWithoutDeduplicationIsRefused() {
        #expect(throws: ConfigurationError.self) {
            try QueueConfiguration.parse(yaml: "model: m\ncache: 16MiB\ndeduplicate: false\n", file: "queue.yaml")
        }
    }
}
