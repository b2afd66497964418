import Testing
import Tokenizers

/// A tokenizer of 55 pieces, in the variants that tests ask for by name.
enum SmallTokenizer {
    // Split by scalars: a blank and the mark after it are one character.
    static let pieces = """
        [PAD] [UNK] [CLS] [SEP] [MASK] the quick ##ly un ##aff ##able aff hello Hello world , . ! # [ ] sep
        cafe ##e e \u{4e2d} \u{56fd} ##\u{56fd} \u{4e2d}\u{56fd} i ##\u{307} \u{1112} ##\u{1161} ##\u{11ab}
        \u{3c3} ##\u{3c3} ##\u{3c2} = \u{302e} ##\u{302e} ##\u{302f} a ##a ##b \u{212b} \u{e5} q ##q _ ' s x
        ##x caf\u{e9} \u{df}
        """.unicodeScalars.split { $0 == " " || $0 == "\n" }.map { String($0) }

    private static let specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        .map { added($0, #""special": true"#) }

    private static let furtherTokens = [
        added("<sep>"), added("solo", #""single_word": true"#), added("<l>", #""lstrip": true"#),
        added("<r>", #""rstrip": true"#), added("New York", #""normalized": true"#),
        added("Caf\u{e9}", #""normalized": true, "lstrip": true"#),
    ]

    static let template = """
        {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
        "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
        "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
        "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}}
        """

    /// An entry of `added_tokens`, false in what `properties` does not say.
    static func added(_ content: String, _ properties: String = "") -> String {
        let rest = properties.isEmpty ? "" : ", " + properties
        let normalized = properties.contains("normalized") ? "" : #", "normalized": false"#
        return #"{"id": 0, "content": "\#(content)"\#(normalized)\#(rest)}"#
    }

    /// A `tokenizer.json`.
    static func document(
        normalizer: String = "",
        addedTokens: [String] = [],
        postProcessor: String = "null",
        kind: String = "WordPiece",
        preTokenizer: String = #"{"type": "BertPreTokenizer"}"#,
        unknown: String = "[UNK]",
        vocabulary: String? = nil
    ) -> [UInt8] {
        let entries = pieces.enumerated().map { #""\#($1)": \#($0)"# }.joined(separator: ",")
        let options = normalizer.isEmpty ? "" : ", " + normalizer
        let text = """
            {"version": "1.0", "added_tokens": [\((specialTokens + addedTokens).joined(separator: ","))],
            "normalizer": {"type": "BertNormalizer"\(options)}, "pre_tokenizer": \(preTokenizer),
            "post_processor": \(postProcessor), "model": {"type": "\(kind)", "unk_token": "\(unknown)",
            "continuing_subword_prefix": "##", "max_input_chars_per_word": 8,
            "vocab": \(vocabulary ?? "{" + entries + "}")}}
            """
        return Array(text.utf8)
    }

    /// The tokenizer with the options that a name stands for.
    static func variant(_ name: String) throws -> WordPieceTokenizer {
        let options = [
            "uncased": "", "added": "", "cased": #""lowercase": false"#, "accented": #""strip_accents": false"#,
            "joined": #""handle_chinese_chars": false"#, "unclean": #""clean_text": false"#,
        ]
        let normalizer = try #require(options[name])
        let further = name == "added" ? furtherTokens : []
        return try WordPieceTokenizer(tokenizerJSON: document(normalizer: normalizer, addedTokens: further))
    }

    /// A text's pieces, each as `id:start-end`.
    static func encode(_ text: String, with tokenizer: WordPieceTokenizer) -> String {
        var encoder = tokenizer.makeEncoder()
        var pieces = TokenPieces(recordsSpans: true)
        encoder.encode(Array(text.utf8).span, into: &pieces)
        return zip(pieces.ids, pieces.spans).map { "\($0):\($1.start)-\($1.end)" }.joined(separator: " ")
    }
}
