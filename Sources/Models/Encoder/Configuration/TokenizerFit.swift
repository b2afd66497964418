internal import Tokenizers

/// Whether an encoder can compute whatever its tokenizer gives it: checked when a model is added and each time it is
/// loaded, because past it sizes are trusted.
struct TokenizerFit {
    let configuration: EncoderConfiguration

    /// The model's directory, as errors name it.
    let directory: String

    /// Checks ids, token types and lengths.
    ///
    /// Where the model knows a single token type or none, all tokens are of it: libraries do not hand token types to
    /// such models, whatever the template says.
    ///
    /// - Throws: `ModelError` with the number that is too large and its limit.
    func check(_ tokenizer: WordPieceTokenizer) throws(ModelError) {
        try check(vocabularySize: tokenizer.vocabularySize)
        let template = tokenizer.template
        try check(types: template)
        try check(template.single.specialTokenCount, around: "a text", pieces: 1)
        try check(template.pair.specialTokenCount, around: "two texts", pieces: 2)
    }

    /// Checks that the model has a vector for each id.
    ///
    /// - Parameter vocabularySize: The largest id and one.
    /// - Throws: `ModelError` with both numbers.
    func check(vocabularySize: Int) throws(ModelError) {
        guard vocabularySize > configuration.vocabularySize else { return }
        throw wrong(
            "has ids up to \(vocabularySize - 1), and the model's vocab_size is \(configuration.vocabularySize)"
        )
    }

    private func check(types template: SequenceTemplate) throws(ModelError) {
        guard configuration.typeCount > 1 else { return }
        let specials =
            template.single.prefix + template.single.suffix + template.pair.prefix + template.pair.middle
            + template.pair.suffix
        let texts = [template.single.typeID, template.pair.firstTypeID, template.pair.secondTypeID]
        let largest = (specials.map(\.typeID) + texts).max() ?? 0
        // A batch has a byte for each token's type.
        let count = min(configuration.typeCount, Int(UInt8.max) + 1)
        guard largest >= count else { return }
        throw wrong("gives tokens the type \(largest), and the model has types up to \(count - 1)")
    }

    private func check(_ specials: Int, around texts: String, pieces: Int) throws(ModelError) {
        guard specials + pieces > configuration.tokenLimit else { return }
        throw wrong(
            "puts \(specials) special tokens around \(texts), and with at most \(configuration.tokenLimit) tokens a "
                + "text that leaves no room for the text"
        )
    }

    private func wrong(_ what: String) -> ModelError {
        ModelError(.corrupt, "The tokenizer in '\(directory)' \(what). The tokenizer is another model's.")
    }
}
