import Testing
import Tokenizers

struct TokenizerDocumentTests {
    private func refuse(_ part: String, code: TokenizerError.Code = .malformed, _ document: [UInt8]) {
        expectRefusal(part, code: code) { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(tokenizerJSON: document)
        }
    }

    @Test(arguments: ["BPE", "Unigram", "WordLevel"]) func otherKindsAreNamed(_ kind: String) {
        refuse("the model is \(kind)", code: .unsupportedKind, SmallTokenizer.document(kind: kind))
    }

    @Test func otherPartsAreNamed() {
        refuse(
            "the pre-tokenizer is Whitespace",
            code: .unsupportedPart,
            SmallTokenizer.document(preTokenizer: #"{"type": "Whitespace"}"#)
        )
        refuse("the pre-tokenizer is absent", code: .unsupportedPart, SmallTokenizer.document(preTokenizer: "null"))
        refuse(
            "the normalizer is NFC",
            code: .unsupportedPart,
            SmallTokenizer.document(normalizer: #""type": "NFC""#)
        )
        refuse(
            "the post-processor is ByteLevel",
            code: .unsupportedPart,
            SmallTokenizer.document(postProcessor: #"{"type": "ByteLevel"}"#)
        )
    }

    @Test func templatesThatCannotBeKeptAreRefused() {
        let twice = #"[{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]"#
        let reversed = #"[{"Sequence": {"id": "B", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]"#
        let unknown = #"[{"SpecialToken": {"id": "[X]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]"#
        let post = { (single: String, pair: String) in
            SmallTokenizer.document(
                postProcessor: #"{"type": "TemplateProcessing", "single": \#(single), "pair": \#(pair)}"#
            )
        }
        refuse("'post_processor.single'", code: .unsupportedPart, post(twice, "[]"))
        refuse("'post_processor.single'", code: .unsupportedPart, post("[]", "[]"))
        refuse("'post_processor.pair'", code: .unsupportedPart, post(#"[{"Sequence": {"id": "A"}}]"#, reversed))
        refuse(#"special_tokens["[X]"]"#, post(unknown, "[]"))
    }

    @Test func wrongValuesAreNamed() {
        refuse("unknown token '[NONE]'", SmallTokenizer.document(unknown: "[NONE]"))
        refuse(#"'model.vocab["a"]' is a number"#, SmallTokenizer.document(vocabulary: #"{"a": -1}"#))
        refuse(#"'model.vocab["a"]' is a string"#, SmallTokenizer.document(vocabulary: #"{"a": "1"}"#))
        refuse("'model.vocab' is an array", SmallTokenizer.document(vocabulary: "[1]"))
        refuse("id 4294967295", SmallTokenizer.document(vocabulary: #"{"[UNK]": 4294967295}"#))
        refuse("'lowercase' is a number", SmallTokenizer.document(normalizer: #""lowercase": 1"#))
        refuse("'content' of an added token", SmallTokenizer.document(addedTokens: ["{}"]))
        let empty = SmallTokenizer.added(#"\u200b"#, #""normalized": true"#)
        refuse("nothing is left of the added token", SmallTokenizer.document(addedTokens: [empty]))
        refuse("'model' is missing", Array("{}".utf8))
        refuse("'model' is missing", Array("[]".utf8))
    }

    @Test(arguments: [
        "", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "[1,]", "[01]", "[1.]", "[1e]", "[-]", "\"a", "\"\\x\"",
        "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "tru", "nul", "[1] 2", "{1:2}",
        String(repeating: "[", count: 100_000),
    ]) func whatIsNotJSONIsRefused(_ text: String) {
        refuse("tokenizer.json is not valid JSON", Array(text.utf8))
    }

    @Test func aCutDocumentIsRefusedWhereverItIsCut() {
        let document = SmallTokenizer.document(postProcessor: SmallTokenizer.template)
        for count in 0..<document.count {
            refuse("not valid JSON", Array(document[..<count]))
        }
    }

    @Test func invalidUTF8InAStringIsRefused() {
        refuse("not valid UTF-8", Array("{\"a".utf8) + [0xC3, 0x28] + Array("\": 1}".utf8))
    }

    @Test func escapesAndLastOfEqualKeysCount() throws {
        let vocabulary = #"{"[UNK]": 9, "a": 1, "\u0061": 2, "\ud83d\ude00\n": 3, "\ud83d\ude00": 4, "[UNK]": 0}"#
        let tokenizer = try WordPieceTokenizer(tokenizerJSON: SmallTokenizer.document(vocabulary: vocabulary))
        #expect(SmallTokenizer.encode("a \u{1f600} b", with: tokenizer) == "2:0-1 4:2-3 0:4-5")
    }
}
