import BatchCore
import BatchTesting
import JSONLines
import Testing

@testable import Spool

/// Each task's result lines, byte for byte.
@Suite struct ResultFormatterTests {
    private func lines(
        _ rows: PredictionRows,
        task: ModelTask,
        labels: [String]? = nil,
        texts: [String] = ["text"],
        pairs: [String]? = nil,
        encoded: EncodedText = EncodedText(inputTokens: 2),
        explanations: ExplanationRows = ExplanationRows(),
        _ configuration: String = ""
    ) throws -> [String] {
        let settings = try QueueConfiguration.parse(yaml: "model: m\n" + configuration, file: "queue.yaml")
        let model = MarkedTextModel(task: task, labels: labels)
        var block = RecordBlock()
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
        var outcome = ShardOutcome(block: block, predictions: rows, encoded: texts.map { _ in encoded })
        outcome.explanations = explanations
        let bytes = try ResultFormatter(configuration: settings, model: model).lines(of: outcome)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func rows(_ values: [Float], columns: Int) -> PredictionRows {
        var rows = PredictionRows(columns: columns)
        rows.values = values
        return rows
    }

    private func entities(_ records: [[EntitySpan]]) -> PredictionRows {
        var rows = PredictionRows(columns: 0)
        for record in records {
            rows.entities += record
            rows.endEntities()
        }
        return rows
    }

    private static let end = #""model":"marked@1","input_tokens":2,"truncated":false}"#

    @Test func classificationIsALabelWithItsScores() throws {
        let lines = try lines(rows([0.125, 0.75, 0.125], columns: 3), task: .classification)
        let scores = #"{"even":0.75,"odd":0.125,"other":0.125}"#
        #expect(lines == [#"{"id":1,"line":1,"label":"even","probability":0.75,"scores":\#(scores),"# + Self.end])
    }

    @Test func multiLabelListsWhatIsProbableEnough() throws {
        let row = rows([0.5, 0.25, 0.75], columns: 3)
        let head = #"{"id":1,"line":1,"labels":"#
        let tail =
            #","label":"other","probability":0.75,"scores":{"other":0.75,"odd":0.5,"even":0.25},"# + Self.end
        #expect(try lines(row, task: .multiLabel) == [head + #"["other","odd"]"# + tail])
        #expect(try lines(row, task: .multiLabel, "output: {threshold: 0.8}") == [head + "[]" + tail])
        let all = #"["other","odd","even"]"#
        #expect(try lines(row, task: .multiLabel, "output: {threshold: 0}") == [head + all + tail])
    }

    @Test func regressionIsANumberOrSeveralByName() throws {
        let one = try lines(rows([-1.5625], columns: 1), task: .regression)
        #expect(one == [#"{"id":1,"line":1,"value":-1.5625,"# + Self.end])
        let two = try lines(rows([0.25, 3e-5], columns: 2), task: .regression, labels: ["a", "b"])
        #expect(two == [#"{"id":1,"line":1,"values":{"a":0.25,"b":3e-05},"# + Self.end])
    }

    @Test func entitiesAreSlicesOfTheText() throws {
        let text = "你 \"Zoë\"\t😀!"
        // Code points: 你=0, blank=1, quotation marks 2 and 6, Zoë=3..<6, tab=7, face=8, mark=9.
        let zoe = EntitySpan(start: 3, end: 6, byteStart: 5, byteEnd: 9, label: 0, score: 0.875)
        let rest = EntitySpan(start: 6, end: 10, byteStart: 9, byteEnd: 16, label: 1, score: 1)
        let lines = try lines(
            entities([[], [zoe, rest]]),
            task: .tokenClassification,
            texts: ["a", text]
        )
        #expect(lines[0] == #"{"id":1,"line":1,"entities":[],"# + Self.end)
        let first = #"{"entity_group":"NAME","score":0.875,"word":"Zoë","start":3,"end":6}"#
        let second = #"{"entity_group":"SHOUT","score":1,"word":"\"\t😀!","start":6,"end":10}"#
        #expect(lines[1] == #"{"id":2,"line":2,"entities":[\#(first),\#(second)],"# + Self.end)
    }

    @Test func embeddingIsAListOrBase64() throws {
        let row = rows([0.03125, -0.5, 1e-8], columns: 3)
        let task = ModelTask.embedding(dimensions: 3)
        #expect(try lines(row, task: task) == [#"{"id":1,"line":1,"embedding":[0.03125,-0.5,1e-08],"# + Self.end])
        let encoded = try lines(row, task: task, "output: {embedding: base64}")
        #expect(encoded == [#"{"id":1,"line":1,"embedding":"AAAAPQAAAL93zCsy","# + Self.end])
        for (count, text) in [(1, "AAAAPQ=="), (2, "AAAAPQAAAL8=")] {
            let task = ModelTask.embedding(dimensions: count)
            let values = rows(Array(row.values.prefix(count)), columns: count)
            let line = try lines(values, task: task, "output: {embedding: base64, fields: [embedding]}")
            #expect(line == [#"{"embedding":"\#(text)"}"#])
        }
    }

    /// Whatever a model gives, a line is never longer than it was bounded to be, and always JSON.
    @Test func extremesFitTheBound() throws {
        let extremes: [Float] = [
            -.greatestFiniteMagnitude, -.leastNormalMagnitude, -.leastNonzeroMagnitude, .leastNonzeroMagnitude * 12_345,
            .nan,
            .infinity, -0.000_123_456_78, -16_777_215, 0.1, -0,
        ]
        let settings = "output: {fields: [values]}"
        let names = extremes.indices.map { "n\($0)" }
        let line = try lines(rows(extremes, columns: 10), task: .regression, labels: names, settings)[0]
        #expect(line.contains(#""n4":null,"n5":null"#))
        for (name, value) in zip(names, extremes) where value.isFinite {
            #expect(line.contains("\"\(name)\":\(value)"))
        }
        let embedding = try lines(rows(extremes, columns: 10), task: .embedding(dimensions: 10))[0]
        #expect(embedding.hasSuffix(Self.end))
        let text = String(repeating: "\u{1}", count: 1000)
        let everything = EntitySpan(start: 0, end: 1000, byteStart: 0, byteEnd: 1000, label: 1, score: 0.123456)
        let many = entities([[EntitySpan](repeating: everything, count: 50)])
        let entityLine = try lines(many, task: .tokenClassification, texts: [text])[0]
        #expect(entityLine.utf8.count > 50 * 6000)
        #expect(entityLine.hasSuffix("]," + Self.end))
    }

    @Test func windowsAreSaidWhereThereAreSeveral() throws {
        let encoded = EncodedText(inputTokens: 2, windows: 3)
        let lines = try lines(rows([1], columns: 1), task: .regression, encoded: encoded)
        #expect(lines == [#"{"id":1,"line":1,"value":1.0,"# + Self.end.dropLast() + #","windows":3}"#])
    }

    @Test func fieldsOfAnotherTaskAreRefusedByName() {
        let wrong: [(ModelTask, String, String)] = [
            (.embedding(dimensions: 2), "label", "embedding does not give; marked@1 has id, line, embedding"),
            (.classification, "entities", "classification does not give; marked@1 has id, line, label"),
            (.classification, "labels", "classification does not give"),
            (.tokenClassification, "scores", "token classification does not give; marked@1 has id, line, entities"),
            (.regression, "probability", "regression does not give; marked@1 has id, line, value, model"),
        ]
        for (task, field, words) in wrong {
            let error = #expect(throws: ConfigurationError.self) {
                try lines(rows([], columns: 0), task: task, "output: {fields: [id, \(field)]}")
            }
            #expect(error?.code == .contradiction)
            let sentence = "'output.fields' has '\(field)', which \(words)"
            #expect(error?.message.contains(sentence) == true, "\(error as Any)")
        }
    }

    @Test func stretchesThatExplainAnAnswerStandAfterIt() throws {
        let texts = ["很 \"好\" 😀!", "", "x"]
        var explanations = ExplanationRows()
        explanations.append(
            strongestOf: [
                ExplainedStretch(start: 2, end: 5, byteStart: 4, byteEnd: 9, weight: -0.5),
                ExplainedStretch(start: 6, end: 7, byteStart: 10, byteEnd: 14, weight: 12.25),
            ],
            atMost: 5
        )
        explanations.append(strongestOf: [], atMost: 5)
        let inPair = ExplainedStretch(isInPair: true, start: 0, end: 1, byteStart: 0, byteEnd: 1, weight: 1e-6)
        explanations.append(strongestOf: [inPair], atMost: 5)
        let lines = try lines(
            rows([1, 2, 3], columns: 1),
            task: .regression,
            texts: texts,
            pairs: ["", "", "a"],
            explanations: explanations,
            "explain: 5"
        )
        let first = #"[{"text":"😀","start":6,"end":7,"weight":12.25},{"text":"\"好\"","start":2,"end":5,"weight":-0.5}]"#
        let third = #"[{"text":"a","pair":true,"start":0,"end":1,"weight":0.000001}]"#
        #expect(lines[0] == #"{"id":1,"line":1,"value":1.0,"explanation":\#(first),"# + Self.end)
        #expect(lines[1] == #"{"id":2,"line":2,"value":2.0,"explanation":[],"# + Self.end)
        #expect(lines[2] == #"{"id":3,"line":3,"value":3.0,"explanation":\#(third),"# + Self.end)
    }

    @Test(arguments: [
        (0.0, "0"), (-1e-7, "0"), (-0.000001, "-0.000001"), (1.5, "1.5"), (-12.003, "-12.003"), (0.1234565, "0.123456"),
        (999_999_999.5, "999999999.5"), (-1e12, "-1e+12"), (.infinity, "null"), (.nan, "null"),
    ])
    func weightsHaveSixDecimals(weight: Double, text: String) {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            guard var cursor = LineCursor(buffer) else { return }
            cursor.appendWeight(weight)
            count = 64 - cursor.room
        }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(bytes.count <= LineCursor.weightBytesMaximum)
    }

    private static let unexplained: [(ModelTask, String, String)] = [
        (.embedding(dimensions: 2), "explain: 5", "is 5, but answers of marked@1, embedding, are not explained"),
        (.tokenClassification, "explain: 1", "answers of marked@1, token classification, are not explained"),
        (.regression, "explain: 5\noutput: {fields: [id, value]}", "but 'output.fields' has no 'explanation'"),
        (.regression, "output: {fields: [id, explanation]}", "has 'explanation', but 'explain' is 0"),
    ]

    @Test(arguments: unexplained)
    func explanationsThatCannotBeGivenAreRefused(task: ModelTask, yaml: String, words: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try lines(rows([], columns: 0), task: task, yaml)
        }
        #expect(error?.message.contains(words) == true, "\(error as Any)")
    }

    @Test(arguments: [
        ("output: {pass: [label]}", "'output.pass' has 'label'"),
        ("output: {rename: {value: x}}", "renames 'value'"),
        ("output: {pass: [company], rename: {company: label}}", "gives two fields the name 'label'"),
    ])
    func namesThatClashWithTheTaskAreRefused(yaml: String, words: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try lines(rows([], columns: 3), task: .classification, yaml)
        }
        #expect(error?.message.contains(words) == true, "\(error as Any)")
    }

    @Test func aNameThatOnlyAnotherTaskUsesMayBePassed() throws {
        let settings = try QueueConfiguration.parse(yaml: "model: m\noutput: {pass: [label]}", file: "queue.yaml")
        try settings.check(against: MarkedTextModel(task: .embedding(dimensions: 2)))
    }
}
