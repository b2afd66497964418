import BatchCore
import BatchTesting
import Spool
import Testing

@Suite struct MonitorSyntaxTests {
    private func monitors(_ yaml: String) throws(ConfigurationError) -> [MonitorDefinition] {
        try QueueConfiguration.parse(yaml: "model: m\nmonitors:\n" + yaml, file: "queue.yaml").monitors
    }

    private func problem(_ yaml: String) -> ConfigurationError? {
        do throws(ConfigurationError) {
            _ = try monitors(yaml)
            return nil
        } catch {
            return error
        }
    }

    @Test func everyKindIsRead() throws {
        let read = try monitors(
            """
              - { name: negative-news, kind: surge, label: negative, group_by: company, rise: 0.1, silence: 3d }
              - { kind: share, label: negative, above: 0.4 }
              - { kind: drift, of: [labels, lengths] }
              - { kind: error_rate }
              - { kind: volume, factor: 3 }
            """
        )
        #expect(read.map(\.name) == ["negative-news", "share-negative", "drift", "error_rate", "volume"])
        #expect(read[0].kind == .surge(label: "negative", rise: 0.1))
        #expect(read[0].groupBy == "company")
        #expect(read[0].silenceSeconds == 3 * 86_400)
        #expect(read[0].recordsMinimum == 100)
        #expect(read[2].kind == .drift([.labels, .lengths]))
        #expect(read[3].kind == .errorRate(above: 0.01))
        #expect(read[4].nights == 28)
    }

    @Test func labelsThatCannotBePartOfANameAreNumbered() throws {
        let read = try monitors(
            """
              - { kind: surge, label: 负面 }
              - { kind: share, label: 负面, above: 0.4 }
              - { kind: surge, label: "very good" }
              - { kind: surge, label: 正面 }
            """
        )
        #expect(read.map(\.name) == ["surge", "share", "surge-2", "surge-3"])
    }

    @Test(arguments: [
        (
            "  - { kind: surge, label: a, ris: 0.2 }", 3,
            "unknown key 'monitors[0].ris' (value '0.2'); did you mean 'rise'?"
        ),
        ("  - { kind: volume }\n  - { kind: surge }", 4, "'monitors[1]' has no 'label'"),
        ("  - { label: a }", 3, "'monitors[0]' has no 'kind'; write one of surge, share, drift, error_rate, volume"),
        ("  - { kind: surges }", 3, "'monitors[0].kind' is 'surges'; allowed is surge or share or drift"),
        (
            "  - kind: surge\n    label: a\n    rise: 15", 5,
            "'monitors[0].rise' is '15'; allowed is a number from 0.001 to 1"
        ),
        ("  - { kind: volume, above: 1 }", 3, "'monitors[0].above' belongs to kind share"),
        ("  - { kind: volume }\n  - { kind: volume }", 4, "'monitors[1].name' is 'volume', as of another monitor"),
        ("  - volume", 3, "'monitors[0]' is 'volume'; allowed is a mapping like { kind: volume }"),
        (
            "  - { kind: drift, of: [words] }", 3,
            "'monitors[0].of' is 'words'; allowed is labels or lengths or confidence"
        ),
    ])
    func mistakesAreNamedWithTheirLine(yaml: String, line: Int, words: String) throws {
        let error = try #require(problem(yaml))
        #expect(error.line == line)
        #expect(error.message.contains(words), "\(error.message)")
    }

    @Test func aMistakeInAMonitorHidesNoOther() {
        let yaml = "model: m\nmonitors:\n  - { kind: surge }\nsettle_seconds: often\n"
        let reading = QueueConfiguration.read(yaml: yaml, file: "queue.yaml")
        #expect(reading.mistakes.map(\.line) == [3, 4])
    }

    @Test func allMistakesOfAListAreNamed() {
        let yaml = """
            model: m
            monitors:
              - { kind: share }
              - { kind: volume, label: x }
              - { of: [label] }
              - { kind: error_rate, above: 2, nights: 3, silence: soon }
              - { kind: drift, of: [labels, words, more] }
              - { kind: volume }
              - volume
              - { kind: volume }
              - { kind: surge, label: a, name: "a b" }

            """
        let mistakes = QueueConfiguration.read(yaml: yaml, file: "queue.yaml").mistakes
        let found = mistakes.map { "\($0.line ?? 0) \($0.key ?? "")" }
        #expect(
            found == [
                "3 monitors[0]", "3 monitors[0]", "4 monitors[1].label", "5 monitors[2]", "6 monitors[3].nights",
                "6 monitors[3].above", "6 monitors[3].silence", "7 monitors[4].of", "7 monitors[4].of",
                "9 monitors[6]", "10 monitors[7].name", "11 monitors[8].name",
            ]
        )
        #expect(mistakes[0].message.contains("no 'label'") && mistakes[1].message.contains("no 'above'"))
        #expect(mistakes[7].message.contains("'words'") && mistakes[8].message.contains("'more'"))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let yaml = "  - { kind: surge, label: 'true', group_by: company, silence: 0s }\n  - { kind: drift, of: labels }"
        let read = try monitors(yaml)
        let reading = QueueConfiguration.read(yaml: "model: m\nmonitors:\n" + yaml, file: "queue.yaml")
        let shown = try #require(reading.settings.first { $0.path == "monitors" }?.value)
        let again = try QueueConfiguration.parse(yaml: "model: m\nmonitors: " + shown, file: "queue.yaml")
        #expect(again.monitors == read)
        #expect(read.map(\.silenceSeconds) == [0, 86_400])
    }

    @Test(arguments: ["native", "csv", "openai", "fasttext"])
    func aLabelThatTheModelDoesNotGiveIsRefused(format: String) throws {
        let queue = try QueueConfiguration.parse(
            yaml: "model: m\noutput: { format: \(format) }\nmonitors: [{ kind: surge, label: ood }]",
            file: "queue.yaml"
        )
        #expect {
            try queue.check(against: MarkedTextModel())
        } throws: { error in
            "\(error)".contains("has the label 'ood', which marked@1 does not give; did you mean 'odd'?")
        }
    }
}
