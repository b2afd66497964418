import Foundation
import Testing
import Tokenizers

private let casesFolder = ProcessInfo.processInfo.environment["BATCHD_WORDPIECE_CASES"]

/// The ids and offsets that scripts/conformance-wordpiece.py had the tokenizers library write.
@Suite(.enabled(if: casesFolder != nil, "BATCHD_WORDPIECE_CASES names no folder"))
struct WordPieceConformanceTests {
    @Test func everyIDAndOffsetIsThatOfTheLibrary() throws {
        let root = URL(filePath: casesFolder ?? "")
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path()).sorted()
        try #require(!names.isEmpty)
        for name in names {
            let folder = root.appending(path: name)
            let document = Array(try Data(contentsOf: folder.appending(path: "tokenizer.json")))
            let read = try WordPieceTokenizer(tokenizerJSON: document)
            let tokenizer = try WordPieceTokenizer(compiled: read.compiled())
            var reader = CaseReader(bytes: Array(try Data(contentsOf: folder.appending(path: "cases.bin"))))
            let result = compare(tokenizer, &reader)
            print("\(name): \(result.texts) texts, \(result.pieces) pieces, \(result.failures.count) differ")
            #expect(result.failures.isEmpty, "\(name): \(result.failures.prefix(5).joined(separator: "\n"))")
        }
    }

    private func compare(
        _ tokenizer: WordPieceTokenizer,
        _ reader: inout CaseReader
    ) -> (texts: Int, pieces: Int, failures: [String]) {
        var encoder = tokenizer.makeEncoder()
        var pieces = TokenPieces(recordsSpans: true)
        var counts = (texts: 0, pieces: 0, failures: [String]())
        while let expected = reader.next() {
            pieces.removeAll()
            encoder.encode(expected.text.span, into: &pieces)
            counts.texts += 1
            counts.pieces += pieces.ids.count
            guard
                pieces.ids == expected.ids && pieces.spans.map(\.start) == expected.starts
                    && pieces.spans.map(\.end) == expected.ends && bytesAgree(pieces.spans, expected.text)
            else {
                counts.failures.append(describe(expected, pieces))
                continue
            }
        }
        return counts
    }

    private func bytesAgree(_ spans: [TokenSpan], _ text: [UInt8]) -> Bool {
        var byteOffsets = text.indices.filter { text[$0] & 0xC0 != 0x80 }.map { UInt32($0) }
        byteOffsets.append(UInt32(text.count))
        return spans.allSatisfy { span in
            byteOffsets[Int(span.start)] == span.byteStart && byteOffsets[Int(span.end)] == span.byteEnd
        }
    }

    private func describe(_ expected: CaseReader.Case, _ pieces: TokenPieces) -> String {
        let scalars = String(decoding: expected.text, as: UTF8.self).unicodeScalars.prefix(60)
            .map { String($0.value, radix: 16) }.joined(separator: " ")
        let library = zip(expected.ids, zip(expected.starts, expected.ends)).map { "\($0):\($1.0)-\($1.1)" }
        let ours = zip(pieces.ids, pieces.spans).map { "\($0):\($1.start)-\($1.end)" }
        return "[\(scalars)] library \(library.prefix(40)) ours \(ours.prefix(40))"
    }
}

private struct CaseReader {
    struct Case {
        var text: [UInt8] = []
        var ids: [UInt32] = []
        var starts: [UInt32] = []
        var ends: [UInt32] = []
    }

    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> Case? {
        guard position < bytes.count else { return nil }
        var result = Case()
        let length = Int(number())
        result.text = Array(bytes[position..<(position + length)])
        position += length
        for _ in 0..<number() {
            result.ids.append(number())
            result.starts.append(number())
            result.ends.append(number())
        }
        return result
    }

    private mutating func number() -> UInt32 {
        defer { position += 4 }
        return bytes.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
    }
}
