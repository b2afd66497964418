internal import Tokenizers

/// What kind of tokenizer lies in a model's directory, and how many ids it gives.
struct EncoderTokenizer {
    /// The largest tokenizer.json or vocab.txt that is read, in bytes.
    static let bytesMaximum = 128 << 20
    /// The files that a tokenizer for texts is read from, where they are there.
    static let fileNames = ["tokenizer.json", "vocab.txt", "tokenizer_config.json"]
    /// The kind whose text batchd can read.
    static let readableKind = "WordPiece"

    /// The kind, as tokenizer.json's `model.type` has it.
    let kind: String

    /// One more than its highest id; nil where only its library can tell.
    let vocabularySize: Int?

    /// The tokenizer for texts; nil where `obstacle` says why there is none.
    let wordPiece: WordPieceTokenizer?

    /// Why texts cannot be read with it, as the rest of a sentence that begins with "it" or "its"; nil where they can.
    let obstacle: String?

    /// Looks for a tokenizer; nil where there is none.
    ///
    /// - Parameter directory: The model's directory.
    /// - Throws: `ModelError` where its file is wrong.
    init?(directory: String) throws(ModelError) {
        var tokenizer: WordPieceTokenizer?
        var failure: ModelError?
        do throws(ModelError) { tokenizer = try Self.wordPiece(directory) } catch { failure = error }
        if let tokenizer {
            kind = Self.readableKind
            vocabularySize = tokenizer.vocabularySize
            wordPiece = tokenizer
            obstacle = nil
            return
        }
        wordPiece = nil
        switch failure?.code {
        case .notFound:
            guard let kind = try Self.otherKind(directory) else { return nil }
            (self.kind, vocabularySize) = (kind, nil)
        case .unsupported:
            let bytes = try Self.file("tokenizer.json", in: directory) ?? []
            (kind, vocabularySize) = try Self.read(json: bytes, path: "\(directory)/tokenizer.json")
        default:
            throw failure ?? ModelError(.corrupt, "The tokenizer in '\(directory)' cannot be read.")
        }
        obstacle =
            kind == Self.readableKind
            ? "its tokenizer cannot be used for texts, it runs on ids only (\(failure?.message ?? ""))"
            : "its tokenizer is of kind \(kind): text support is still to come, it runs on ids only"
    }

    /// Reads the tokenizer of a directory for texts.
    ///
    /// - Parameter directory: The model's directory.
    /// - Returns: The tokenizer.
    /// - Throws: `ModelError` with `unsupported` where it is of another kind or has parts that are not known, and with
    ///   `notFound` where there is none.
    private static func wordPiece(_ directory: String) throws(ModelError) -> WordPieceTokenizer {
        let whole = try file("tokenizer.json", in: directory)
        let vocabulary = whole == nil ? try file("vocab.txt", in: directory) : nil
        let configuration = whole == nil ? try file("tokenizer_config.json", in: directory) : nil
        do throws(TokenizerError) {
            if let whole { return try WordPieceTokenizer(tokenizerJSON: whole) }
            if let vocabulary { return try WordPieceTokenizer(vocabulary: vocabulary, configuration: configuration) }
        } catch {
            let isUnknown = error.code == .unsupportedKind || error.code == .unsupportedPart
            throw ModelError(
                isUnknown ? .unsupported : .corrupt,
                "The tokenizer in '\(directory)': \(error.description)"
            )
        }
        throw ModelError(.notFound, "'\(directory)' has neither tokenizer.json nor vocab.txt.")
    }

    /// Checks that the model can compute everything that this tokenizer gives.
    ///
    /// - Throws: `ModelError` with both numbers.
    func check(against configuration: EncoderConfiguration, directory: String) throws(ModelError) {
        let fit = TokenizerFit(configuration: configuration, directory: directory)
        if let vocabularySize { try fit.check(vocabularySize: vocabularySize) }
        if let wordPiece { try fit.check(wordPiece) }
    }

    private static func read(json bytes: [UInt8], path: String) throws(ModelError) -> (kind: String, size: Int) {
        let document = try JSONParser.parse(bytes, source: "'\(path)'").members
        guard let model = document?["model"]?.members, let vocabulary = model["vocab"] else {
            throw ModelError(.corrupt, "'\(path)' has no model with a vocab. Copy it again.")
        }
        let kind = model["type"]?.text ?? (model["merges"] == nil ? readableKind : "BPE")
        let added = document?["added_tokens"]?.elements ?? []
        var highest = (vocabulary.elements?.count ?? 0) - 1
        for id in (vocabulary.members ?? [:]).values.map(\.integer) + added.map({ $0.members?["id"]?.integer }) {
            guard let id, id >= 0, id < .max else {
                throw ModelError(.corrupt, "'\(path)' has a token without an id that is a whole number.")
            }
            highest = max(highest, id)
        }
        return (kind, highest + 1)
    }

    // Slow tokenizers without a tokenizer.json, by the files that only they have.
    private static func otherKind(_ directory: String) throws(ModelError) -> String? {
        let kinds = [("merges.txt", "BPE"), ("sentencepiece.bpe.model", "Unigram"), ("spiece.model", "Unigram")]
        for (name, kind) in kinds where try ReadableFile.ifPresent("\(directory)/\(name)") != nil {
            return kind
        }
        return nil
    }

    /// The bytes of a file of the directory; nil where there is none.
    static func file(_ name: String, in directory: String) throws(ModelError) -> [UInt8]? {
        do throws(ModelError) {
            return try WholeFile.read("\(directory)/\(name)", maximum: bytesMaximum)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
