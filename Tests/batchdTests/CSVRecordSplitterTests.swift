import Spool
import Testing

@testable import batchd

@Suite struct CSVRecordSplitterTests {
    private static let file = "a,b\r\n\"1\n\",\"x\"\"\r\n\"\"\"\r\n,\r\n\"\"\r\n"

    @Test(arguments: 1...file.utf8.count)
    func recordsAreTheSameWhereverChunksEnd(chunkBytes: Int) {
        var splitter = CSVRecordSplitter()
        var records: [String] = []
        var rest = Array(Self.file.utf8)[...]
        while !rest.isEmpty {
            splitter.feed(rest.prefix(chunkBytes)) { records.append(String(decoding: $0, as: UTF8.self)) }
            rest = rest.dropFirst(chunkBytes)
        }
        #expect(records == ["a,b", "\"1\n\",\"x\"\"\r\n\"\"\"", ",", "\"\""])
    }

    @Test func cellsSayWhetherTheyWereQuoted() {
        let cells = CSVRecordSplitter.cells(of: Array("1,\"\",,\"a\"\"b,\n\",\"\"\"\"".utf8))
        #expect(cells.map(\.text) == ["1", "", "", "a\"b,\n", "\""])
        #expect(cells.map(\.isQuoted) == [false, true, false, true, true])
    }

    @Test func dialectsAreComparedByWhatTheySay() {
        let pairs: [(ResultFormat, String, String, Bool)] = [
            (.csv, "\"a\",0.5,\"{\"\"x\"\":0.5}\"", "\"a\",0.5004,\"{\"\"x\"\":0.4996}\"", true),
            (.csv, "\"a\",0.5,\"{\"\"x\"\":0.5}\"", "\"a\",0.5,\"{\"\"x\"\":0.6}\"", false),
            (.csv, "\"1\",0.5,\"\"", "1,0.5,\"\"", false),
            (.fasttext, "__label__a 0.5 __label__b 0.4995", "__label__b 0.5 __label__a 0.4995", true),
            (.fasttext, "__label__a 0.5", "__label__b 0.5", false),
            (.fasttext, "", "", true),
            (.openai, #"[{"token":"a","logprob":-9.3}]"#, #"[{"token":"a","logprob":-9999}]"#, true),
            (.openai, #"[{"token":"a","logprob":-0.1}]"#, #"[{"token":"a","logprob":-0.11}]"#, false),
            (
                .comprehend, #"[{"Name":"a","Score":0.5},{"Name":"b","Score":0.4999}]"#,
                #"[{"Name":"b","Score":0.5},{"Name":"a","Score":0.4999}]"#, true
            ),
        ]
        for (format, published, computed, isSame) in pairs {
            var comparison = AnswerComparison(demandsBytes: false, format: format)
            comparison.publishedHeader = Array("id,p,o".utf8)
            comparison.computedHeader = Array("id,p,o".utf8)
            comparison.add(line: 1, published: Array(published.utf8), computed: Array(computed.utf8))
            #expect(comparison.differences.isEmpty == isSame, "\(format) \(published)")
        }
    }
}
