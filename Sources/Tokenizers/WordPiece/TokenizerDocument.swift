/// Reads the definition of a WordPiece tokenizer from a `tokenizer.json`.
enum TokenizerDocument {
    static let source = "tokenizer.json"

    /// Reads a document.
    static func definition(of document: JSONValue) throws(TokenizerError) -> WordPieceDefinition {
        guard let model = document.present("model"), model.members != nil else {
            throw malformed("'model'", "an object", document["model"])
        }
        try checkKind(of: model)
        var definition = WordPieceDefinition()
        try readModel(model, into: &definition)
        definition.normalization = try normalization(document.present("normalizer"))
        try checkPreTokenizer(document.present("pre_tokenizer"))
        for token in try list(document.present("added_tokens"), "'added_tokens'") {
            definition.addedTokens.append(try addedToken(token, normalizedByDefault: true))
        }
        definition.numberAddedTokens()
        definition.template = try TemplateDocument.template(document.present("post_processor"))
        return definition
    }

    /// An error about a value.
    static func malformed(_ place: String, _ expected: String, _ found: JSONValue?) -> TokenizerError {
        let what = found.map { "is \($0.kindName)" } ?? "is missing"
        return TokenizerError(.malformed, "\(source): \(place) \(what), expected \(expected). Copy the file again.")
    }

    /// The members of an array; none where it is absent.
    static func list(_ value: JSONValue?, _ place: String) throws(TokenizerError) -> [JSONValue] {
        guard let value else { return [] }
        guard let members = value.array else { throw malformed(place, "an array", value) }
        return members
    }

    /// A member of an object, or what stands for an absent one.
    static func flag(
        _ object: JSONValue,
        _ key: String,
        default absent: Bool
    ) throws(TokenizerError) -> Bool {
        guard let value = object.present(key) else { return absent }
        guard let flag = value.boolean else { throw malformed("'\(key)'", "true or false", value) }
        return flag
    }

    /// The name of a part's kind.
    static func kind(of part: JSONValue) -> String {
        part["type"]?.string.map { String(decoding: $0, as: UTF8.self) } ?? "of no type"
    }

    /// An added token with the properties that are given.
    static func addedToken(
        _ token: JSONValue,
        normalizedByDefault: Bool
    ) throws(TokenizerError) -> AddedToken {
        guard let content = token["content"]?.string else {
            throw malformed("'content' of an added token", "a string", token["content"])
        }
        return AddedToken(
            content: content,
            isSingleWord: try flag(token, "single_word", default: false),
            stripsLeft: try flag(token, "lstrip", default: false),
            stripsRight: try flag(token, "rstrip", default: false),
            isNormalized: try flag(token, "normalized", default: normalizedByDefault),
            isSpecial: try flag(token, "special", default: false)
        )
    }

    // Files from before models had types are told by their members.
    private static func checkKind(of model: JSONValue) throws(TokenizerError) {
        if model["type"] == nil, model["max_input_chars_per_word"] != nil, model["vocab"]?.members != nil { return }
        guard kind(of: model) != "WordPiece" else { return }
        throw TokenizerError(
            .unsupportedKind,
            "\(source): the model is \(kind(of: model)), and only WordPiece is supported here."
        )
    }

    private static func readModel(
        _ model: JSONValue,
        into definition: inout WordPieceDefinition
    ) throws(TokenizerError) {
        guard let vocabulary = model["vocab"]?.members else {
            throw malformed("'model.vocab'", "an object", model["vocab"])
        }
        for member in vocabulary {
            guard let id = member.value.id else {
                let piece = String(decoding: member.key, as: UTF8.self)
                throw malformed("'model.vocab[\"\(piece)\"]'", "an id below 4294967296", member.value)
            }
            definition.vocabulary.append((member.key, id))
        }
        definition.keepLastOfEqualPieces()
        if let value = model.present("unk_token") {
            guard let token = value.string else { throw malformed("'model.unk_token'", "a string", value) }
            definition.unknownToken = token
        }
        if let value = model.present("continuing_subword_prefix") {
            guard let prefix = value.string else {
                throw malformed("'model.continuing_subword_prefix'", "a string", value)
            }
            definition.continuingPrefix = prefix
        }
        if let value = model.present("max_input_chars_per_word") {
            guard case .integer(let maximum) = value, maximum >= 0 else {
                throw malformed("'model.max_input_chars_per_word'", "a whole number", value)
            }
            definition.charactersPerWordMaximum = maximum
        }
    }

    /// The only part of a sequence of parts, or the part itself.
    static func unwrap(_ part: JSONValue, _ listKey: String) -> JSONValue {
        guard kind(of: part) == "Sequence", let parts = part[listKey]?.array, parts.count == 1 else { return part }
        return parts[0]
    }

    private static func normalization(_ part: JSONValue?) throws(TokenizerError) -> BertNormalization {
        guard let part = part.map({ unwrap($0, "normalizers") }) else { return .none }
        guard kind(of: part) == "BertNormalizer" else { throw unsupported("normalizer", part, "BertNormalizer") }
        let lowercases = try flag(part, "lowercase", default: true)
        return BertNormalization(
            cleansText: try flag(part, "clean_text", default: true),
            separatesChinese: try flag(part, "handle_chinese_chars", default: true),
            stripsAccents: try flag(part, "strip_accents", default: lowercases),
            lowercases: lowercases
        )
    }

    private static func checkPreTokenizer(_ part: JSONValue?) throws(TokenizerError) {
        let part = unwrap(part ?? .null, "pretokenizers")
        guard kind(of: part) == "BertPreTokenizer" else {
            throw unsupported("pre-tokenizer", part, "BertPreTokenizer")
        }
    }

    /// An error about a part that is not known here.
    static func unsupported(_ role: String, _ part: JSONValue, _ supported: String) -> TokenizerError {
        TokenizerError(
            .unsupportedPart,
            "\(source): the \(role) is \(part.isNull ? "absent" : kind(of: part)), and with WordPiece only \(supported) is supported."
        )
    }
}
