import Spool
import Testing

@Suite struct ConfigurationReadingTests {
    @Test func everyMistakeOfAFileIsFound() {
        let yaml = """
            modle: sentiment
            limits:
              line_bytes: lots
              lines: 3
              depth: 5000
            retry: { base: 1h, cap: 1m, attempts: 0 }
            output: { scores: -1, rename: { lable: x } }
            integrity: maybe
            """
        let reading = QueueConfiguration.read(yaml: yaml, file: "queue.yaml")
        #expect(reading.values == nil)
        #expect(reading.settings.isEmpty)
        let found = reading.mistakes.map { "\($0.line ?? 0) \($0.key ?? "")" }
        let expected = [
            "1 modle", "3 limits.line_bytes", "4 limits.lines", "5 limits.depth", "6 retry.attempts", "6 retry.base",
            "7 output.rename", "7 output.scores", "8 integrity", "0 model",
        ]
        #expect(found.sorted() == expected.sorted())
        #expect(reading.mistakes.map { $0.line ?? .max } == reading.mistakes.map { $0.line ?? .max }.sorted())
    }

    @Test func wrongModelIsNotMissingAsWell() {
        let reading = QueueConfiguration.read(yaml: "model: true\nintegrity: maybe\n", file: "queue.yaml")
        #expect(reading.mistakes.map(\.key) == ["model", "integrity"])
    }

    @Test func contradictionIsToldOnce() {
        let reading = QueueConfiguration.read(yaml: "model: a\nretry: { cap: 1s }\nkeys: 3\n", file: "queue.yaml")
        #expect(reading.mistakes.map(\.key) == ["retry.base", "keys"] || reading.mistakes.count == 2)
    }

    @Test func whatIsNoYAMLIsOneMistake() {
        let reading = DaemonConfiguration.read(yaml: "threads: [1\nlog: 2\n", file: "batchd.yaml")
        #expect(reading.mistakes.map(\.code) == [.invalidYAML])
    }

    @Test func readingAgreesWithParsing() throws {
        let yaml = "model: a\nlimits: { line_bytes: 2MiB }\n"
        let reading = QueueConfiguration.read(yaml: yaml, file: "queue.yaml")
        #expect(reading.mistakes.isEmpty)
        #expect(try reading.values == QueueConfiguration.parse(yaml: yaml, file: "queue.yaml"))
        let lines = Dictionary(uniqueKeysWithValues: reading.settings.map { ($0.path, $0.line) })
        #expect(lines["model"] == 1 && lines["limits.line_bytes"] == 2 && lines["limits.depth"] == .some(nil))
        #expect(reading.settings.map(\.path) == QueueConfiguration.reference.map(\.path))
    }

    @Test(arguments: [
        "model: a\n", ConfigurationFile.queue.fullExampleYAML,
        """
        model: "./models/a: b"
        input: { text: "{a b}\\t\\"{c}\\"", id: ["true id", "12"] }
        output: { pass: ["a, b", "#c", "消息"], rename: { "消息": "x: y" } }
        """,
    ])
    func listingMeansWhatTheFileMeans(yaml: String) throws {
        let reading = QueueConfiguration.read(yaml: yaml, file: "queue.yaml")
        #expect(reading.mistakes.map(\.description) == [])
        let listing = ConfigurationListing(file: "queue.yaml", settings: reading.settings, notes: ["model": "seen"])
        let again = QueueConfiguration.read(yaml: listing.yaml, file: "listing")
        #expect(again.mistakes.map(\.description) == [])
        #expect(again.values == reading.values)
        #expect(listing.yaml.contains("# queue.yaml:1; seen\n"))
    }
}
