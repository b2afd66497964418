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

    // Only line feeds end a line, and white space at a line's end is no part of the piece.
    private static func pieces(of file: [UInt8]) throws(TokenizerError) -> [(piece: [UInt8], id: UInt32)] {
        guard UTF8Text.isValid(file) else {
            throw TokenizerError(.malformed, "\(source) is not valid UTF-8. Copy the file again.")
        }
        var lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let pieces = lines.enumerated().map { (piece: trimmed($0.element), id: UInt32(truncatingIfNeeded: $0.offset)) }
        guard pieces.count < WordPieceModel.vocabularySizeMaximum else {
            let maximum = WordPieceModel.vocabularySizeMaximum
            throw TokenizerError(.malformed, "\(source): \(pieces.count) lines are more than \(maximum).")
        }
        return pieces
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8] {
        line.withUnsafeBufferPointer { buffer in
            var end = buffer.count
            if let start = buffer.baseAddress {
                while let last = UTF8Text.codePoint(start, endingAt: end),
                    UnicodeProperties.spaces.contains(last.codePoint)
                {
                    end = last.start
                }
            }
            return Array(buffer[..<end])
        }
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
