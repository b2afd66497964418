/// The tokenizer of BERT and its kin: texts become pieces of words, the same as Hugging Face tokenizers 0.23 gives.
///
/// Immutable; threads share it, and each makes an encoder of its own.
public struct WordPieceTokenizer: Sendable {
    let model: WordPieceModel

    /// Reads a `tokenizer.json`.
    ///
    /// Its truncation and padding are left to the caller.
    ///
    /// - Parameter tokenizerJSON: The file.
    /// - Throws: `TokenizerError` with `unsupportedKind` for another kind of model, which the message names, with
    ///   `unsupportedPart` for another normalizer, pre-tokenizer or post-processor than BERT's, and with `malformed`.
    public init(tokenizerJSON: [UInt8]) throws(TokenizerError) {
        let document = try JSONParser.parse(tokenizerJSON, source: TokenizerDocument.source)
        let definition = try TokenizerDocument.definition(of: document)
        model = try definition.compile(source: TokenizerDocument.source)
    }

    /// Reads a `vocab.txt`: a piece a line, whose number is its id.
    ///
    /// Special tokens are those of BERT where the configuration names no others, and the template is BERT's.
    ///
    /// - Parameters:
    ///   - vocabulary: The file.
    ///   - configuration: The `tokenizer_config.json` beside it, for `do_lower_case`, `strip_accents`,
    ///     `tokenize_chinese_chars` and the special tokens.
    /// - Throws: `TokenizerError` with `malformed`.
    public init(vocabulary: [UInt8], configuration: [UInt8]?) throws(TokenizerError) {
        let definition = try VocabularyFile.definition(of: vocabulary, configuration: configuration)
        model = try definition.compile(source: VocabularyFile.source)
    }

    /// Reads what `compiled()` wrote, in a fraction of the time that the other forms take.
    ///
    /// - Parameter compiled: The bytes.
    /// - Throws: `TokenizerError` with `corrupt`.
    public init(compiled: [UInt8]) throws(TokenizerError) {
        model = try CompiledTokenizer.read(compiled)
    }

    /// The tokenizer in a flat form of little-endian numbers, about 0.9 MB for 30,000 pieces.
    ///
    /// - Returns: The bytes, the same for the same tokenizer.
    public func compiled() -> [UInt8] {
        CompiledTokenizer.write(model)
    }

    /// The largest id and one, added tokens included: the least number of rows of an embedding.
    public var vocabularySize: Int { Int(model.parameters.vocabularySize) }

    /// The id of the piece that stands for words without pieces; below `vocabularySize`.
    public var unknownID: UInt32 { model.parameters.unknownID }

    /// The special tokens around one text and the texts of a pair.
    public var template: SequenceTemplate { model.template }

    /// Makes an encoder.
    ///
    /// - Returns: An encoder with scratch of its own, about 200 KB.
    public func makeEncoder() -> WordPieceEncoder {
        WordPieceEncoder(model: model)
    }
}
