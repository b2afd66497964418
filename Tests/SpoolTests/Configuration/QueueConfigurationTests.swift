import BatchCore
import Spool
import Testing

/// The error that a queue.yaml gives.
private func queueError(_ yaml: String) -> ConfigurationError? {
    do throws(ConfigurationError) {
        _ = try QueueConfiguration.parse(yaml: yaml, file: "queue.yaml")
        return nil
    } catch {
        return error
    }
}

@Suite struct QueueConfigurationTests {
    @Test func modelAloneGivesTheDefaults() throws {
        let queue = try QueueConfiguration.parse(yaml: "model: sentiment@1\n", file: "queue.yaml")
        #expect(queue == QueueConfiguration(model: "sentiment@1"))
        #expect(queue.input.text == .firstOf(["text", "input_text", "input"]))
        #expect(queue.limits.lineBytes == 1_048_576)
        #expect(queue.limits.decodedBytes == 21_474_836_480)
        #expect(queue.retry.base == .seconds(5))
        #expect(queue.retry.deadline == .seconds(86_400))
        #expect(queue.errorThreshold == nil)
        #expect(queue.settle == .seconds(2))
    }

    @Test func everyKeyIsRead() throws {
        let yaml = """
            model: sentiment@stable
            precision: int8
            input:
              text: "{news_title}。{news_summary}"
              text_pair: [hypothesis, claim]
              id: news_id
              format: native
              features: []
            output:
              fields: [id, label, probability]
              scores: 3
              threshold: 0.25
              embedding: base64
              pass: [company]
              rename: { label: sentiment }
              format: native
            limits:
              line_bytes: 512KB
              decoded_bytes: 1GiB
              compressed_bytes: 4096
              ratio: 50
              window_log: 20
              frames: 10
              depth: 8
              keys: 100
              id_bytes: 64
              records: 1000
              on_long: window
            retry:  { attempts: 3, base: 250ms, cap: 1s, deadline: 1h, shard_timeout: 2m }
            error_threshold: 0
            shard_records: 16
            integrity: strict
            same_name: conflict
            deliver_by: 06:00
            settle_seconds: 0.05
            monitors: []
            """
        var expected = QueueConfiguration(model: "sentiment@stable")
        expected.precision = .int8
        expected.input.textPair = .firstOf(["hypothesis", "claim"])
        expected.input.text = .template(try TextTemplate(parsing: "{news_title}。{news_summary}"))
        expected.input.idFields = ["news_id"]
        expected.output.fields = [.id, .label, .probability]
        expected.output.scores = 3
        expected.output.threshold = 0.25
        expected.output.embedding = .base64
        expected.output.pass = ["company"]
        expected.output.rename = ["label": "sentiment"]
        expected.limits.lineBytes = 512_000
        expected.limits.decodedBytes = 1 << 30
        expected.limits.compressedBytes = 4096
        expected.limits.ratio = 50
        expected.limits.windowLog = 20
        expected.limits.frames = 10
        expected.limits.depth = 8
        expected.limits.keys = 100
        expected.limits.idBytes = 64
        expected.limits.records = 1000
        expected.limits.onLong = .window
        expected.retry.attempts = 3
        expected.retry.base = .milliseconds(250)
        expected.retry.cap = .seconds(1)
        expected.retry.deadline = .seconds(3600)
        expected.retry.shardTimeout = .seconds(120)
        expected.errorThreshold = 0
        expected.shardRecords = 16
        expected.integrity = .strict
        expected.sameName = .conflict
        expected.deliverBy = TimeOfDay("06:00")
        expected.settle = .milliseconds(50)
        #expect(try QueueConfiguration.parse(yaml: yaml, file: "queue.yaml") == expected)
    }

    @Test func unknownKeyIsNamedWithItsValueAndTheNearestKey() throws {
        let error = try #require(queueError("# mine\n\nmodle: sentiment\n"))
        #expect(error.description == "queue.yaml:3: unknown key 'modle' (value 'sentiment'); did you mean 'model'?")
        #expect(error.code == .unknownKey)
        #expect(error.column == 1)
    }

    @Test(arguments: [
        ("limits:\n  line_byte: 1MiB", 3, "'limits.line_byte' (value '1MiB'); did you mean 'limits.line_bytes'?"),
        ("line_bytes: 1MiB", 2, "'line_bytes' (value '1MiB'); did you mean 'limits.line_bytes'?"),
        ("retry: {model: b}", 2, "'retry.model' (value 'b'); did you mean 'model'?"),
        ("qqqqq: [1, 2]", 2, "'qqqqq' (a list of 2); the nearest known key is 'model'"),
        ("retyr:", 2, "'retyr' (no value); did you mean 'retry'?"),
    ])
    func unknownKeysAreExplained(yaml: String, line: Int, message: String) throws {
        let error = try #require(queueError("model: a\n" + yaml))
        #expect(error.code == .unknownKey)
        #expect(error.line == line)
        #expect(error.message == "unknown key " + message)
    }

    @Test(arguments: [
        ("limits: {line_bytes: 1 MiB}", "limits.line_bytes"), ("limits: {line_bytes: 1mib}", "limits.line_bytes"),
        ("limits: {line_bytes: -1}", "limits.line_bytes"), ("limits: {line_bytes: 1.5MiB}", "limits.line_bytes"),
        ("limits: {line_bytes: 99999999999999999999}", "limits.line_bytes"),
        ("limits: {decoded_bytes: 9999999PiB}", "limits.decoded_bytes"), ("limits: {depth: 0}", "limits.depth"),
        ("limits: {depth: 064}", "limits.depth"), ("limits: {depth: deep}", "limits.depth"),
        ("limits: {depth: [64]}", "limits.depth"), ("limits: {depth: }", "limits.depth"),
        ("limits: [1]", "limits"), ("limits: {on_long: cut}", "limits.on_long"), ("retry: {base: 5}", "retry.base"),
        ("retry: {base: 5 s}", "retry.base"), ("retry: {base: 0s}", "retry.base"), ("retry: {cap: 1w}", "retry.cap"),
        ("error_threshold: -2", "error_threshold"), ("shard_records: 0", "shard_records"),
        ("shard_records: automatic", "shard_records"),
        ("integrity: lax", "integrity"), ("deliver_by: \"24:00\"", "deliver_by"), ("deliver_by: 6:00", "deliver_by"),
        ("settle_seconds: 2s", "settle_seconds"), ("settle_seconds: nan", "settle_seconds"),
        ("output: {fields: []}", "output.fields"), ("output: {fields: [id, id]}", "output.fields"),
        ("output: {fields: [id, lable]}", "output.fields"), ("output: {scores: -1}", "output.scores"),
        ("output: {threshold: 1.5}", "output.threshold"), ("output: {threshold: half}", "output.threshold"),
        ("output: {embedding: hex}", "output.embedding"), ("precision: float16", "precision"),
        ("input: {text_pair: \"{a\"}", "input.text_pair"),
        ("output: {rename: [label]}", "output.rename"), ("output: {pass: company}", "output.pass"),
        ("input: {text: \"{title\"}", "input.text"), ("input: {text: []}", "input.text"),
        ("input: {id: 5}", "input.id"), ("input: {id: true}", "input.id"), ("input: {id: ''}", "input.id"),
    ])
    func wrongValueIsNamedWithItsKeyAndWhatIsAllowed(yaml: String, key: String) throws {
        let error = try #require(queueError("model: a\n" + yaml))
        #expect(error.code == .invalidValue)
        #expect(error.key == key)
        #expect(error.line == 2)
        #expect(error.message.contains("'\(key)'"))
        #expect(error.message.contains("allowed is "))
    }

    @Test func wrongValueIsQuoted() throws {
        let error = try #require(queueError("model: a\nretry:\n  base: 5 seconds\n"))
        #expect(
            error.description == "queue.yaml:3: 'retry.base' is '5 seconds'; "
                + "allowed is a duration from 1ms to 1d, written like 250ms, 5s, 15m or 24h"
        )
    }

    @Test(arguments: [
        ("input: {format: openai}", "allowed is native; 'openai' is not supported by this version"),
        ("input: {format: csv}", "allowed is native; 'csv' is not supported by this version"),
        ("input: {features: [age, income]}", "models over features are not supported by this version"),
    ])
    func whatIsNotSupportedYetSaysSo(yaml: String, words: String) throws {
        let error = try #require(queueError("model: a\n" + yaml))
        #expect(error.code == .unsupported)
        #expect(error.message.contains(words))
    }

    @Test(arguments: [
        ("retry: {base: 1h, cap: 1m}", "'retry.base' is 1h, longer than 'retry.cap', 1m"),
        ("output: {pass: [id]}", "'output.pass' has 'id'"),
        ("output: {fields: [label], pass: [label]}", "'output.pass' has 'label'"),
        ("output: {format: csv, fields: [label], pass: [label]}", "'output.pass' has 'label'"),
        ("output: {rename: {lable: x}}", "renames 'lable'"),
        ("output: {fields: [label], rename: {labels: x}}", "renames 'labels'"),
        ("output: {rename: {label: line}}", "gives two fields the name 'line'"),
        ("output: {pass: [company], rename: {label: company}}", "gives two fields the name 'company'"),
        ("output: {format: openai, fields: [label]}", "'output.fields' cannot choose among the fields of 'openai'"),
        ("explain: 5\noutput: {format: comprehend}", "'explain' is 5, and lines of 'comprehend' have no place for"),
        ("output: {format: fasttext, pass: [company]}", "'output.pass' has 'company', and lines of 'fasttext' hold"),
        ("output: {format: comprehend, rename: {label: x}}", "'output.rename' renames 'label', and 'output.form"),
        ("output: {format: comprehend, pass: [Line]}", "'output.pass' has 'Line', a field of Comprehend's lines"),
        ("output: {format: openai, pass: [a, b], rename: {a: b}}", "gives two fields the name 'b'"),
        ("output: {format: csv, pass: [id]}", "'output.pass' has 'id'"),
    ])
    func contradictionsAreRefused(yaml: String, words: String) throws {
        let error = try #require(queueError("model: a\n" + yaml))
        #expect(error.code == .contradiction)
        #expect(error.line == 2)
        #expect(error.message.contains(words))
    }

    @Test(arguments: ["", "# nothing\n", "limits: {}\n"])
    func missingModelIsAnError(yaml: String) {
        #expect(queueError(yaml)?.code == .missingKey)
        #expect(queueError(yaml)?.key == "model")
    }

    @Test(arguments: [
        ("model: [a", 2), ("model: a\nmodel: b", 1), ("- model", 1), ("model: a\n---\nmodel: b", 2), ("model: \t@", 1),
    ])
    func whatIsNoMappingIsRefusedWithItsLine(yaml: String, line: Int) throws {
        let error = try #require(queueError(yaml))
        #expect(error.code == .invalidYAML)
        #expect(error.line == line)
    }

    @Test func hugeFileIsRefusedUnread() {
        #expect(queueError("# " + String(repeating: "x", count: 1 << 20))?.code == .invalidYAML)
    }

    @Test(arguments: OutputField.allCases)
    func everyFieldCanBeRenamed(field: OutputField) throws {
        let yaml = "model: a\noutput: {rename: {\(field.rawValue): x}}"
        let configuration = try QueueConfiguration.parse(yaml: yaml, file: "queue.yaml")
        #expect(configuration.output.name(of: field.rawValue) == "x")
    }

    @Test func renamedFieldIsFoundUnderItsNewName() throws {
        let yaml = "model: a\noutput: {pass: [company], rename: {label: sentiment, company: firm}}"
        let output = try QueueConfiguration.parse(yaml: yaml, file: "queue.yaml").output
        #expect(output.name(of: "label") == "sentiment")
        #expect(output.name(of: "company") == "firm")
        #expect(output.name(of: "id") == "id")
    }
}

/// Anchors are refused before anything follows them.
@Suite struct ConfigurationAnchorTests {
    @Test(arguments: [
        "a0: &a0 [x,x]\na1: &a1 [*a0,*a0]\n? *a1\n: 1\nmodel: m\n", "model: &m sentiment\n", "model: *m\n",
        "output: { pass: [*a] }\n",
    ])
    func anchorsAndAliasesAreRefused(yaml: String) {
        #expect(throws: ConfigurationError.self) { try QueueConfiguration.parse(yaml: yaml, file: "queue.yaml") }
    }

    @Test(arguments: [
        "model: m\ninput: { text: \"{a} & {b} *c* &d\" }\n", "model: m # don't & *stop\n",
        "model: m\ninput:\n  text: '{a} *b'\n",
    ])
    func signsWithinTextsAndCommentsAreFine(yaml: String) throws {
        #expect(try QueueConfiguration.parse(yaml: yaml, file: "queue.yaml").model == "m")
    }
}
