/// Reads the definition of a tokenizer from a `vocab.txt` and the `tokenizer_config.json` beside it.
enum VocabularyFile {
    static let source = "vocab.txt"
    static let configurationSource = "tokenizer_config.json"

    /// Reads a vocabulary.
    static func definition(
        of vocabulary: [UInt8],
        configuration: [UInt8]?
    ) throws(TokenizerError) -> WordPieceDefinition {
        var settings = JSONValue.object([])
        if let configuration {
            settings = try JSONParser.parse(configuration, source: configurationSource)
            guard settings.members != nil else {
                throw malformed("the document is \(settings.kindName), expected an object")
            }
        }
        var definition = WordPieceDefinition()
        definition.vocabulary = try pieces(of: vocabulary)
        definition.keepLastOfEqualPieces()
        definition.normalization = try normalization(settings)
        try addSpecialTokens(settings, to: &definition)
        return definition
    }

    private static func malformed(_ what: String) -> TokenizerError {
        TokenizerError(.malformed, "\(configurationSource): \(what). Copy the file again.")
    }

    // A line ends with a line feed, a carriage return, or both, as where the file is read as text in Python.
    private static func pieces(of file: [UInt8]) throws(TokenizerError) -> [(piece: [UInt8], id: UInt32)] {
        guard UTF8Text.isValid(file) else {
            throw TokenizerError(.malformed, "\(source) is not valid UTF-8. Copy the file again.")
        }
        var pieces: [(piece: [UInt8], id: UInt32)] = []
        var start = 0
        var position = 0
        while position < file.count {
            let byte = file[position]
            position += 1
            guard byte == 0x0A || byte == 0x0D else { continue }
            pieces.append((Array(file[start..<(position - 1)]), UInt32(truncatingIfNeeded: pieces.count)))
            if byte == 0x0D && position < file.count && file[position] == 0x0A { position += 1 }
            start = position
        }
        if start < file.count {
            pieces.append((Array(file[start...]), UInt32(truncatingIfNeeded: pieces.count)))
        }
        guard pieces.count < WordPieceModel.vocabularySizeMaximum else {
            let maximum = WordPieceModel.vocabularySizeMaximum
            throw TokenizerError(.malformed, "\(source): \(pieces.count) lines are more than \(maximum).")
        }
        return pieces
    }

    private static func normalization(_ settings: JSONValue) throws(TokenizerError) -> BertNormalization {
        let lowercases = try TokenizerDocument.flag(settings, "do_lower_case", default: true)
        return BertNormalization(
            cleansText: true,
            separatesChinese: try TokenizerDocument.flag(settings, "tokenize_chinese_chars", default: true),
            stripsAccents: try TokenizerDocument.flag(settings, "strip_accents", default: lowercases),
            lowercases: lowercases
        )
    }

    // Tokens that the vocabulary does not hold are not added: no embedding has a row for them.
    private static func addSpecialTokens(
        _ settings: JSONValue,
        to definition: inout WordPieceDefinition
    ) throws(TokenizerError) {
        let roles = [
            ("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"),
            ("mask_token", "[MASK]"),
        ]
        var tokens: [AddedToken] = []
        var contents: [String: [UInt8]] = [:]
        for (role, usual) in roles {
            let token = try specialToken(settings.present(role) ?? .string(Array(usual.utf8)), role)
            contents[role] = token.content
            tokens.append(token)
        }
        for key in ["additional_special_tokens", "extra_special_tokens"] {
            for value in settings.present(key)?.array ?? [] { tokens.append(try specialToken(value, key)) }
        }
        for member in settings.present("added_tokens_decoder")?.members ?? [] {
            tokens.append(try TokenizerDocument.addedToken(member.value, normalizedByDefault: true))
        }
        definition.unknownToken = contents["unk_token"] ?? []
        let held = Set(definition.vocabulary.map(\.piece))
        definition.addedTokens = tokens.filter { held.contains($0.content) }
        definition.numberAddedTokens()
        definition.template = .bert(
            classification: try id(of: contents["cls_token"], "cls_token", definition),
            separator: try id(of: contents["sep_token"], "sep_token", definition)
        )
    }

    // A token is written as its content, or as an object with its properties.
    private static func specialToken(_ value: JSONValue, _ role: String) throws(TokenizerError) -> AddedToken {
        if let content = value.string { return AddedToken(content: content, isNormalized: false, isSpecial: true) }
        guard value.members != nil else { throw malformed("'\(role)' is \(value.kindName), expected a string") }
        var token = try TokenizerDocument.addedToken(value, normalizedByDefault: false)
        token.isSpecial = true
        return token
    }

    private static func id(
        of content: [UInt8]?,
        _ role: String,
        _ definition: WordPieceDefinition
    ) throws(TokenizerError) -> UInt32 {
        if let id = definition.vocabulary.last(where: { $0.piece == content })?.id { return id }
        let name = String(decoding: content ?? [], as: UTF8.self)
        throw TokenizerError(
            .malformed,
            "\(source): the \(role) '\(name)' is not among the \(definition.vocabulary.count) pieces."
        )
    }
}
