import BatchCore
import BatchTesting
import JSONLines
import Testing

@testable import Spool

/// Comma-separated values, byte for byte and read back.
@Suite struct CSVDialectTests {
    private static let three = DialectFixture.rows([0.125, 0.75, 0.125], columns: 3)

    private func cell(_ text: String) -> CSVReader.Cell { CSVReader.Cell(text: text, isQuoted: true) }
    private func bare(_ text: String) -> CSVReader.Cell { CSVReader.Cell(text: text, isQuoted: false) }

    @Test func classificationHasAColumnForEachScore() throws {
        let text = try DialectFixture(rows: Self.three, output: "format: csv").text()
        let header = "id,line,label,probability,score_odd,score_even,score_other,model,input_tokens,truncated,windows"
        let row = #""a",1,"even",0.75,0.125,0.75,0.125,"marked@1",2,false,1"#
        #expect(text == "\(header)\r\n\(row)\r\n")
    }

    @Test func someOfManyScoresAreJSONText() throws {
        let output = "format: csv, scores: 2, fields: [label, scores], rename: { scores: best }"
        let text = try DialectFixture(rows: Self.three, output: output).text()
        #expect(text == "label,best\r\n\"even\",\"{\"\"even\"\":0.75,\"\"odd\"\":0.125}\"\r\n")
    }

    @Test func moreLabelsThanATableCanHaveAreJSONText() throws {
        let labels = (0..<101).map { "l\($0)" }
        let rows = DialectFixture.rows([1] + [Float](repeating: 0, count: 100), columns: 101)
        let output = "format: csv, scores: 1000, fields: [label, scores]"
        let text = try DialectFixture(labels: labels, rows: rows, output: output).text()
        #expect(text.hasPrefix("label,scores\r\n\"l0\",\"{\"\"l0\"\":1,"))
    }

    @Test func renamedScoresGiveTheirNameToTheColumns() throws {
        let output = "format: csv, fields: [scores], rename: { scores: p }"
        let text = try DialectFixture(rows: Self.three, output: output).text()
        #expect(text == "p_odd,p_even,p_other\r\n0.125,0.75,0.125\r\n")
    }

    @Test func answersOfEveryTaskAreCells() throws {
        let values = DialectFixture.rows([0.25, .nan], columns: 2)
        let fixture = DialectFixture(task: .regression, labels: ["a", "b"], rows: values)
        var named = fixture
        named.output = "format: csv, fields: [values, id]"
        #expect(try named.text() == "value_a,value_b,id\r\n0.25,,\"a\"\r\n")
        let vector = DialectFixture(
            task: .embedding(dimensions: 2),
            rows: DialectFixture.rows([0.5, -1], columns: 2),
            output: "format: csv, fields: [embedding]"
        )
        #expect(try vector.text() == "embedding\r\n\"[0.5,-1.0]\"\r\n")
        var rows = PredictionRows(columns: 0)
        rows.entities = [EntitySpan(start: 0, end: 5, byteStart: 0, byteEnd: 5, label: 0, score: 0.5)]
        rows.endEntities()
        let entities = DialectFixture(task: .tokenClassification, rows: rows, output: "format: csv, fields: [entities]")
        let json = #"[{"entity_group":"NAME","score":0.5,"word":"first","start":0,"end":5}]"#
        #expect(try CSVReader.records(of: Array(entities.text().utf8))[1] == [cell(json)])
    }

    @Test func passedFieldsKeepTheirTypes() throws {
        let record = #"""
            {"text":"t","n":1.50,"e":-0.0e400,"i":12345678901234567890,"t":true,"f":false,"z":null,\#
            "s":"a\"b,c","u":"\ud800\u0000\u2028","o":{ "k" : ["\"",null] },"l":[],"x":"","d":"007"}
            """#
        let names = "n, e, i, t, f, z, s, u, o, l, x, d, none"
        let output = "format: csv, fields: [line], pass: [\(names)]"
        let fixture = DialectFixture(records: [record], rows: Self.three, output: output)
        let cells = try CSVReader.records(of: Array(fixture.text().utf8))
        #expect(cells[0].map(\.text).joined(separator: ", ") == "line, " + names)
        let bares = ["1", "1.50", "-0.0e400", "12345678901234567890", "true", "false", ""].map(bare)
        let quoted = ["a\"b,c", "\u{FFFD}\0\u{2028}", #"{ "k" : ["\"",null] }"#, "[]", "", "007"].map(cell)
        #expect(cells[1] == bares + quoted + [bare("")])
    }

    @Test func textIsThereOnlyWhereItIsAskedFor() throws {
        var fixture = DialectFixture(records: [#"{"text":"se\"cret"}"#], rows: Self.three, output: "format: csv")
        #expect(try !fixture.text().contains("cret"))
        fixture.output = "format: csv, fields: [id, text]"
        #expect(try fixture.text() == "id,text\r\n1,\"se\"\"cret\"\r\n")
    }

    @Test func aRecordOfOneEmptyCellIsNoBlankLine() throws {
        let rows = DialectFixture.rows([.nan], columns: 1)
        let fixture = DialectFixture(task: .regression, rows: rows, output: "format: csv, fields: [value]")
        #expect(try fixture.text() == "value\r\n\"\"\r\n")
    }

    @Test func namesWithCommasAreQuoted() throws {
        let output = #"format: csv, fields: [line], pass: [" a", "b,c", "d\"e", "f\ng", "價格"]"#
        let fixture = DialectFixture(rows: Self.three, output: output)
        #expect(try fixture.text().hasPrefix("line,\" a\",\"b,c\",\"d\"\"e\",\"f\ng\",價格\r\n"))
    }

    @Test func columnsThatWouldHaveOneNameAreRefused() {
        let output = "format: csv, pass: [score_even]"
        let error = #expect(throws: ConfigurationError.self) {
            try DialectFixture(rows: Self.three, output: output).text()
        }
        #expect(error?.key == "output.rename")
        #expect(error?.message.contains("'score_even'") == true)
    }

    @Test func passedFieldCalledLikeAColumnOfTheAnswersIsToBeLeftOut() {
        let error = #expect(throws: ConfigurationError.self) {
            try DialectFixture(rows: Self.three, output: "format: csv, pass: [label]").text()
        }
        #expect(error?.key == "output.pass")
        #expect(error?.message.contains("leave it out") == true)
    }

    /// Whatever stands in a record is what a reader finds in the file.
    @Test(arguments: 1...20) func hostileValuesAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let records = (0..<40).map { _ in HostileRecord(using: &random) }
        let fixture = DialectFixture(
            records: records.map(\.json),
            rows: DialectFixture.rows([Float](repeating: 0.5, count: 3 * records.count), columns: 3),
            output: "format: csv, fields: [id, text], pass: [value]",
            limits: "id_bytes: 4096"
        )
        let read = try CSVReader.records(of: Array(fixture.text().utf8))
        #expect(read.count == records.count + 1)
        for (record, cells) in zip(records, read.dropFirst()) {
            // Strings that look alike are equal in Swift; bytes are not.
            let texts = [record.id, record.text, record.value.text]
            #expect(cells.map { Array($0.text.utf8) } == texts.map { Array($0.utf8) })
            #expect(cells.map(\.isQuoted) == [true, true, record.value.isQuoted])
        }
    }

    /// What verification cuts and reads is what was written, wherever the chunks of the file end.
    @Test func everyRecordIsValidCSV() throws {
        var random = SplitMix64(seed: 99)
        for _ in 0..<200 {
            let record = HostileRecord(using: &random)
            let fixture = DialectFixture(
                records: [record.json],
                rows: Self.three,
                output: "format: csv, pass: [value]",
                limits: "id_bytes: 4096"
            )
            let read = try CSVReader.records(of: Array(fixture.text().utf8))
            #expect(read.map(\.count) == [12, 12])
            #expect(read[1][0].text == record.id)
        }
    }
}

/// A record of what nobody expects.
struct HostileRecord {
    var id: String
    var text: String
    var value: (json: String, text: String, isQuoted: Bool)

    private static let pieces = [
        "\"", "\"\"", ",", "\n", "\r", "\r\n", "\0", "\u{1}", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}",
        "'", "\\", "\\\"", ";", "\t", " ", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "null", "NaN", "7", "true",
        "é",
        "e\u{301}", "万科", "😀", "👩‍👩‍👧", "\u{10FFFF}", "\u{FFFF}", "{", "[1,2", "</script>",
    ]

    init(using random: inout SplitMix64) {
        id = Self.text(using: &random)
        text = Self.text(using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: value = ("null", "", false)
        case 1: value = ("-1.250e+07", "-1.250e+07", false)
        case 2: value = ("true", "true", false)
        case 3:
            let json = "[ \(Self.quoted(Self.text(using: &random))) , {}]"
            value = (json, json, true)
        case 4:
            let json = "{\(Self.quoted(Self.text(using: &random))):0.10}"
            value = (json, json, true)
        default:
            let text = Self.text(using: &random)
            value = (Self.quoted(text), text, true)
        }
    }

    var json: String { "{\"id\":\(Self.quoted(id)),\"text\":\(Self.quoted(text)),\"value\":\(value.json)}" }

    private static func text(using random: inout SplitMix64) -> String {
        let count = Int.random(in: 0...4, using: &random) == 0 ? 60 : Int.random(in: 0...5, using: &random)
        return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        var json: [UInt8] = []
        JSONWriter.appendString(text, to: &json)
        return String(decoding: json, as: UTF8.self)
    }
}
