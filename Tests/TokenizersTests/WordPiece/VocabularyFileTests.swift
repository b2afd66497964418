import Testing
import Tokenizers

struct VocabularyFileTests {
    private let lines = Array((SmallTokenizer.pieces.joined(separator: "\n") + "\n").utf8)

    private func tokenizer(_ configuration: String? = nil) throws -> WordPieceTokenizer {
        try WordPieceTokenizer(vocabulary: lines, configuration: configuration.map { Array($0.utf8) })
    }

    @Test func linesAreNumberedFromZero() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.vocabularySize == 55)
        #expect(tokenizer.template == .bert(classification: 2, separator: 3))
        #expect(SmallTokenizer.encode("Hello quickly[SEP]", with: tokenizer) == "12:0-5 6:6-11 7:11-13 3:13-18")
    }

    @Test func whiteSpaceAtALinesEndIsNoPartOfThePiece() throws {
        let text = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\r\nquick \u{3000}\t\nthe\nfoo\rbar\n\nlast"
        let tokenizer = try WordPieceTokenizer(vocabulary: Array(text.utf8), configuration: nil)
        #expect(SmallTokenizer.encode("the quick last foo", with: tokenizer) == "6:0-3 5:4-9 9:10-14 1:15-18")
    }

    @Test func carriageReturnsBeforeLineFeedsDoNoHarm() throws {
        let windows = Array((SmallTokenizer.pieces.joined(separator: "\r\n")).utf8)
        let tokenizer = try WordPieceTokenizer(vocabulary: windows, configuration: nil)
        #expect(tokenizer.compiled() == (try self.tokenizer().compiled()))
    }

    @Test func configurationSetsTheNormalizer() throws {
        let cased = try tokenizer(#"{"do_lower_case": false}"#)
        #expect(SmallTokenizer.encode("Hello caf\u{e9}", with: cased) == "13:0-5 53:6-10")
        let accented = try tokenizer(#"{"strip_accents": false}"#)
        #expect(SmallTokenizer.encode("Hello CAF\u{c9}", with: accented) == "12:0-5 53:6-10")
        let joined = try tokenizer(#"{"tokenize_chinese_chars": false, "strip_accents": null}"#)
        #expect(SmallTokenizer.encode("\u{4e2d}\u{56fd}", with: joined) == "28:0-2")
    }

    @Test func configurationNamesSpecialTokens() throws {
        let configuration = """
            {"cls_token": "quick", "sep_token": {"content": "world", "lstrip": true}, "mask_token": "absent",
            "added_tokens_decoder": {"12": {"content": "hello", "single_word": true, "normalized": false}}}
            """
        let tokenizer = try tokenizer(configuration)
        #expect(tokenizer.template == .bert(classification: 6, separator: 14))
        #expect(tokenizer.vocabularySize == 55)
        #expect(SmallTokenizer.encode("a  worldhello absent", with: tokenizer) == "41:0-1 14:1-8 12:8-13 1:14-20")
        #expect(SmallTokenizer.encode("quickly Quickly", with: tokenizer) == "6:0-5 1:5-7 6:8-13 7:13-15")
    }

    @Test func whatIsMissingIsNamed() {
        expectRefusal("unknown token '[UNK]'") { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(vocabulary: Array("[CLS]\n[SEP]\na".utf8), configuration: nil)
        }
        expectRefusal("cls_token '[CLS]'") { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(vocabulary: Array("[UNK]\n[SEP]\na".utf8), configuration: nil)
        }
        expectRefusal("not valid UTF-8") { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(vocabulary: [0x61, 0x0A, 0xFF], configuration: nil)
        }
        expectRefusal("cls_token") { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(vocabulary: [], configuration: nil)
        }
        expectRefusal("'do_lower_case' is a string") { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(vocabulary: lines, configuration: Array(#"{"do_lower_case": "no"}"#.utf8))
        }
        expectRefusal("tokenizer_config.json") { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(vocabulary: lines, configuration: Array("[1]".utf8))
        }
    }
}

/// Checks that reading fails with words that hold `part`.
func expectRefusal(
    _ part: String,
    code: TokenizerError.Code = .malformed,
    _ read: () throws(TokenizerError) -> Void
) {
    do throws(TokenizerError) {
        try read()
        Issue.record("nothing was refused, expected: \(part)")
    } catch {
        #expect(error.description.contains(part), "\(error.description)")
        #expect(error.code == code)
    }
}
