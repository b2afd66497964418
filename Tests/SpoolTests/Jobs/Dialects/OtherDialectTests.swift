import BatchCore
import BatchTesting
import Foundation
import JSONLines
import Testing

@testable import Spool

/// The lines of other tools, byte for byte.
@Suite struct OtherDialectTests {
    private static let three = DialectFixture.rows([0.125, 0.75, 0.125], columns: 3)

    // MARK: OpenAI

    @Test func aLabelIsAChatCompletion() throws {
        let output = "format: openai, scores: 2, pass: [n, o], rename: { n: m }"
        let record = #"{"id":"a\"1","text":"t","n":1.0,"o":{"k":[]}}"#
        let lines = try DialectFixture(records: [record], rows: Self.three, output: output).lines()
        let job = "0123456789abcdef_1"
        let top =
            #"{"token":"even","logprob":-0.287682,"bytes":null},{"token":"odd","logprob":-2.079442,"bytes":null}"#
        let choice =
            #"{"index":0,"message":{"role":"assistant","content":"even","refusal":null},"logprobs":{"content":"#
            + #"[{"token":"even","logprob":-0.287682,"bytes":null,"top_logprobs":[\#(top)]}],"refusal":null},"#
            + #""finish_reason":"stop"}"#
        let body =
            #"{"id":"chatcmpl_\#(job)","object":"chat.completion","created":0,"model":"marked@1","#
            + #""choices":[\#(choice)],"usage":{"completion_tokens":0,"prompt_tokens":2,"total_tokens":2},"#
            + #""metadata":{"m":1.0,"o":{"k":[]}}}"#
        let response = #"{"status_code":200,"request_id":"req_\#(job)","body":\#(body)}"#
        #expect(
            lines == [#"{"id":"batch_req_\#(job)","custom_id":"a\"1","response":\#(response),"error":null}"#]
        )
    }

    @Test func aProbabilityOfNothingHasTheLogarithmThatOpenAIWrites() throws {
        let rows = DialectFixture.rows([1, 0, 0], columns: 3)
        let line = try DialectFixture(rows: rows, output: "format: openai").lines()[0]
        #expect(line.contains(#"{"token":"even","logprob":-9999,"#))
        #expect(line.contains(#"{"token":"odd","logprob":0,"#))
    }

    @Test func customIDsAreStringsWhateverTheyWere() throws {
        let records = [#"{"id":7,"text":"t"}"#, "", #"{"text":"t"}"#, #"{"id":1.50e3,"text":"t"}"#]
        let rows = DialectFixture.rows([Float](repeating: 0.25, count: 9), columns: 3)
        let lines = try DialectFixture(records: records, rows: rows, output: "format: openai").lines()
        let ids = lines.compactMap { $0.split(separator: ",").first { $0.hasPrefix("\"custom_id\"") } }
        #expect(ids == [#""custom_id":"7""#, #""custom_id":"3""#, #""custom_id":"1.50e3""#])
    }

    @Test func severalLabelsAreAModeration() throws {
        let rows = DialectFixture.rows([0.5, 0.25, 0.75], columns: 3)
        let line = try DialectFixture(task: .multiLabel, rows: rows, output: "format: openai").lines()[0]
        let categories = #""categories":{"odd":true,"even":false,"other":true}"#
        let scores = #""category_scores":{"odd":0.5,"even":0.25,"other":0.75}"#
        let body =
            #"{"id":"modr_0123456789abcdef_1","model":"marked@1","results":[{"flagged":true,\#(categories),\#(scores)}]}"#
        #expect(line.contains(#""body":\#(body)},"error":null}"#))
        let none = DialectFixture(task: .multiLabel, rows: rows, output: "format: openai, threshold: 0.8")
        #expect(try none.lines()[0].contains(#""flagged":false,"categories":{"odd":false,"even":false,"other":false}"#))
    }

    @Test(arguments: [("list", "[0.03125,-0.5,1e-08]"), ("base64", #""AAAAPQAAAL93zCsy""#)])
    func anEmbeddingIsAnEmbedding(format: String, vector: String) throws {
        let fixture = DialectFixture(
            task: .embedding(dimensions: 3),
            rows: DialectFixture.rows([0.03125, -0.5, 1e-8], columns: 3),
            output: "format: openai, embedding: \(format)"
        )
        let body =
            #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":\#(vector)}],"model":"marked@1","#
            + #""usage":{"prompt_tokens":2,"total_tokens":2}}"#
        #expect(try fixture.lines()[0].contains(#""body":\#(body)},"error":null}"#))
    }

    // MARK: Comprehend

    @Test func sentimentsAreComprehendsSentiments() throws {
        let fixture = DialectFixture(
            labels: ["positive", "Negative", "neutral"],
            records: ["", #"{"text":"t","x":"y"}"#],
            rows: DialectFixture.rows([0.75, 0.125, 0.125], columns: 3),
            output: "format: comprehend, pass: [x, gone]"
        )
        let scores = #"{"Mixed":0,"Negative":0.125,"Neutral":0.125,"Positive":0.75}"#
        #expect(
            try fixture.lines() == [
                #"{"File":"night.jsonl","Line":1,"Sentiment":"POSITIVE","SentimentScore":\#(scores),"x":"y"}"#
            ]
        )
    }

    @Test func otherLabelsAreClasses() throws {
        let fixture = DialectFixture(rows: Self.three, output: "format: comprehend, scores: 2, pass: [gone]")
        let classes = #"[{"Name":"even","Score":0.75},{"Name":"odd","Score":0.125}]"#
        #expect(try fixture.lines() == [#"{"File":"night.jsonl","Line":"0","Classes":\#(classes)}"#])
        let rows = DialectFixture.rows([0.5, 0.25, 0.75], columns: 3)
        let several = DialectFixture(task: .multiLabel, rows: rows, output: "format: comprehend")
        let labels = #"[{"Name":"other","Score":0.75},{"Name":"odd","Score":0.5}]"#
        #expect(try several.lines() == [#"{"File":"night.jsonl","Line":"0","Labels":\#(labels)}"#])
    }

    @Test func entitiesHaveComprehendsNames() throws {
        var rows = PredictionRows(columns: 0)
        rows.endEntities()
        rows.entities = [EntitySpan(start: 1, end: 4, byteStart: 3, byteEnd: 6, label: 0, score: 0.875)]
        rows.endEntities()
        let fixture = DialectFixture(
            task: .tokenClassification,
            records: [#"{"text":"first"}"#, #"{"text":"你\"o\""}"#],
            rows: rows,
            output: "format: comprehend"
        )
        let entity = #"{"BeginOffset":1,"EndOffset":4,"Score":0.875,"Text":"\"o\"","Type":"NAME"}"#
        #expect(
            try fixture.lines() == [
                #"{"File":"night.jsonl","Line":0,"Entities":[]}"#,
                #"{"File":"night.jsonl","Line":1,"Entities":[\#(entity)]}"#,
            ]
        )
    }

    // MARK: fastText

    @Test func aRecordWithoutResultLeavesItsLineEmpty() throws {
        let fixture = DialectFixture(
            records: ["nothing", #"{"text":"a"}"#, "", "{}", #"{"text":"b"}"#, "[]", "1"],
            rows: DialectFixture.rows([0.125, 0.75, 0.125, 1, 0, 0], columns: 3),
            output: "format: fasttext"
        )
        #expect(try fixture.lines() == ["", "__label__even 0.75", "", "__label__odd 1", "", ""])
    }

    @Test func severalLabelsStandInOneLine() throws {
        let rows = DialectFixture.rows([0.5, 0.25, 0.75, 0, 0, 0], columns: 3)
        let fixture = DialectFixture(
            task: .multiLabel,
            labels: ["a", "__label__b", "c"],
            records: [#"{"text":"a"}"#, #"{"text":"b"}"#],
            rows: rows,
            output: "format: fasttext, threshold: 0.25"
        )
        #expect(try fixture.lines() == ["__label__c 0.75 __label__a 0.5 __label__b 0.25", ""])
    }

    // MARK: All

    @Test func whatADialectCannotSayIsRefusedInWords() throws {
        let refused: [(String, ModelTask, [String]?, String)] = [
            ("openai", .regression, nil, "'output.format' is 'openai', which has no words for regression, what"),
            ("openai", .tokenClassification, nil, "no words for token classification"),
            ("comprehend", .embedding(dimensions: 2), nil, "no words for embedding"),
            ("comprehend", .regression, nil, "no words for regression"),
            ("fasttext", .embedding(dimensions: 2), nil, "no words for embedding"),
            ("fasttext", .tokenClassification, nil, "no words for token classification"),
            ("fasttext", .classification, ["good", "very good"], "has the label 'very good'; write 'native' or 'csv'"),
        ]
        for (format, task, labels, words) in refused {
            let error = #expect(throws: ConfigurationError.self) {
                try DialectFixture(task: task, labels: labels, output: "format: \(format)").writer()
            }
            #expect(error?.message.contains(words) == true, "\(error as Any)")
            #expect(error?.key == "output.format")
        }
    }

    /// Every line of the JSON dialects is JSON, and says the id and the passed value that the record has.
    @Test(arguments: ["openai", "comprehend", "native"], 1...5 as ClosedRange<UInt64>)
    func hostileValuesAreReadBack(format: String, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let records = (0..<40).map { _ in HostileRecord(using: &random) }
        let fixture = DialectFixture(
            records: records.map(\.json),
            rows: DialectFixture.rows([Float](repeating: 0.5, count: 3 * records.count), columns: 3),
            output: "format: \(format), pass: [value]",
            limits: "id_bytes: 4096"
        )
        let lines = try fixture.lines()
        #expect(lines.count == records.count)
        for (line, record) in zip(lines, records) {
            // Foundation's reader drops byte order marks within strings, so this is read with our own.
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            #expect(line.contains("\"value\":" + record.value.json))
            if format == "openai" { #expect(try text(of: "custom_id", in: line) == record.id) }
            if format == "native" { #expect(try text(of: "id", in: line) == record.id) }
        }
    }

    private func text(of key: String, in line: String) throws -> String {
        var record = ScannedRecord()
        let bytes = Array(line.utf8)
        #expect(RecordScanner(keys: [key]).scan(bytes.span.bytes, into: &record) == nil)
        var text: [UInt8] = []
        JSONText.appendUnescaped(bytes.span.bytes.extracting(record[0].contents), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func everyOtherDialectEndsItsLinesAlike() throws {
        for format in ["native", "openai", "comprehend", "fasttext"] {
            let writer = try DialectFixture(rows: Self.three, output: "format: \(format)").writer()
            #expect(writer.header.isEmpty)
            let text = try DialectFixture(rows: Self.three, output: "format: \(format)").text()
            #expect(text.hasSuffix("\n") && !text.contains("\r") && text.split(separator: "\n").count == 1)
        }
    }
}
