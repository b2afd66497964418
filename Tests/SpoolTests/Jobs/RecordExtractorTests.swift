import BatchCore
import JSONLines
import Testing

@testable import Spool

/// What is taken out of records, and why some are none.
@Suite struct RecordExtractorTests {
    private func extract(_ line: String, _ configuration: String = "model: m\n") throws -> RecordBlock {
        let settings = try QueueConfiguration.parse(yaml: configuration, file: "queue.yaml")
        let bytes = Array(line.utf8)
        var position = 0
        let stream = try DecodedStream(.none) { buffer in
            let count = min(buffer.count, bytes.count - position)
            buffer.copyBytes(from: bytes[position..<position + count])
            position += count
            return count
        }
        var extractor = RecordExtractor(configuration: settings)
        let reader = LineReader(stream, limits: settings.inputLimits.forReplay)
        let lines = try reader.nextBlock(maximumRecords: 100, maximumBytes: 1 << 20) ?? LineBlock()
        return extractor.extract(lines, ordinals: 0..<lines.lines.count)
    }

    private func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

    @Test func halfASurrogatePairInAnIdIsWrittenSoThatReadersTakeIt() throws {
        let block = try extract(#"{"id":"a\ud800\n","text":"t"}"#)
        let id = try #require(block.records.first?.id)
        #expect(text(block.bytes[id]) == "\"a\u{FFFD}\\n\"")
    }

    @Test func passedFieldsKeepTheirTypes() throws {
        let block = try extract(
            #"{"text":"t","n":1.50,"s":"\u4f60","o":{"k":[null]},"b":false}"#,
            "model: m\noutput: { pass: [n, s, o, b, none] }\n"
        )
        #expect(block.passedFields.map { text(block.bytes[$0]) } == ["1.50", "\"你\"", #"{"k":[null]}"#, "false", ""])
    }

    @Test func aTemplateTakesSeveralFields() throws {
        let block = try extract(
            "{\"a\":\"x\\t\",\"b\":\"y\"}\n{\"a\":\"x\"}\n{\"a\":\"x\",\"b\":1}",
            "model: m\ninput: { text: \"{a}。{b}\" }\n"
        )
        #expect(text(block.texts) == "x\t。y")
        #expect(block.failures.map(\.code) == [.missingField, .wrongType])
    }

    @Test func thePairStandsBehindItsText() throws {
        let block = try extract(
            "{\"a\":\"x\\n\",\"b\":\"yy\"}\n{\"a\":\"z\",\"b\":\"\"}\n",
            "model: m\ninput: { text: a, text_pair: \"{b}!\" }\n"
        )
        #expect(block.records.indices.map { text(block.texts[block.textRange(of: $0)]) } == ["x\n", "z"])
        #expect(block.records.indices.compactMap(block.pairRange).map { text(block.texts[$0]) } == ["yy!", "!"])
    }

    @Test func aRecordWithoutItsPairIsAnErrorAndLeavesNoText() throws {
        let block = try extract(
            "{\"text\":\"one\",\"b\":1}\n{\"text\":\"two\"}\n{\"text\":\"three\",\"b\":\"3\"}\n",
            "model: m\ninput: { text_pair: b }\n"
        )
        #expect(block.failures.map(\.code) == [.wrongType, .missingField])
        #expect(block.failures.last?.message == "The record lacks the field 'b'.")
        #expect(text(block.texts) == "three3")
        #expect(block.textRange(of: 0) == 0..<5)
    }

    @Test func recordsThatAreTakenOutTakeTheirPairsAlong() throws {
        var block = try extract(
            (1...3).map { "{\"text\":\"t\($0)\",\"b\":\"pair\($0)\"}\n" }.joined(),
            "model: m\ninput: { text_pair: b }\n"
        )
        block.removeRecords([1])
        #expect(text(block.texts) == "t1pair1t3pair3")
        #expect(block.records.indices.map { text(block.texts[block.textRange(of: $0)]) } == ["t1", "t3"])
        #expect(block.pairRange(of: 1) == 9..<14)
    }

    @Test func withoutAPairConfiguredThereIsNone() throws {
        let block = try extract(#"{"text":"a","text_pair":"b"}"#)
        #expect(block.pairRange(of: 0) == nil)
        #expect(block.records.first?.pairEnd == 1)
    }

    @Test func theLastOfDuplicateKeysWins() throws {
        let block = try extract(#"{"text":"a","id":1,"text":"b","id":"2"}"#)
        #expect(text(block.texts) == "b")
        #expect(block.records.first?.id.map { text(block.bytes[$0]) } == "\"2\"")
    }

    @Test(arguments: [
        (#"{"text":null}"#, RecordErrorCode.wrongType), (#"{"text":"t","id":[]}"#, .wrongType),
        (#"{"other":"t"}"#, .missingField),
        (#"{"text":"t","id":"\#(String(repeating: "x", count: 129))"}"#, .idTooLong),
    ])
    func whatIsNoRecordSaysWhy(line: String, code: RecordErrorCode) throws {
        #expect(try extract(line).failures.map(\.code) == [code])
    }

    @Test(arguments: [200, 70_000, 500_000]) func asMuchIsKeptOfALongLineAsItsErrorSays(length: Int) throws {
        let line = String(repeating: "x", count: length)
        let block = try extract(line, "model: m\nlimits: { line_bytes: 100 }\n")
        let failure = try #require(block.failures.first)
        #expect(failure.code == .lineTooLong)
        #expect(failure.message.hasPrefix("The line has \(length) bytes; the limit is 100. Only its first 100 bytes"))
        #expect(failure.raw.count == 100)
    }
}
