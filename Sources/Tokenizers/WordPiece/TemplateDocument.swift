/// Reads the template from a `tokenizer.json`'s post-processor.
enum TemplateDocument {
    /// Reads a post-processor; null adds nothing.
    static func template(_ part: JSONValue?) throws(TokenizerError) -> SequenceTemplate {
        guard let part = part.map({ TokenizerDocument.unwrap($0, "processors") }) else { return SequenceTemplate() }
        switch TokenizerDocument.kind(of: part) {
        case "TemplateProcessing":
            return try processing(part)
        case "BertProcessing":
            return .bert(classification: try id(of: part, "cls"), separator: try id(of: part, "sep"))
        case "RobertaProcessing":
            return .roberta(start: try id(of: part, "cls"), end: try id(of: part, "sep"))
        default:
            throw TokenizerDocument.unsupported(
                "post-processor",
                part,
                "TemplateProcessing, BertProcessing or RobertaProcessing"
            )
        }
    }

    // A token is written as its content and its id.
    private static func id(of part: JSONValue, _ key: String) throws(TokenizerError) -> UInt32 {
        guard let pair = part[key]?.array, pair.count == 2, let id = pair[1].id else {
            throw TokenizerDocument.malformed("'post_processor.\(key)'", "a token and its id", part[key])
        }
        return id
    }

    private static func processing(_ part: JSONValue) throws(TokenizerError) -> SequenceTemplate {
        var template = SequenceTemplate()
        let single = try sequence(part, "single", texts: ["A"])
        template.single.prefix = single.tokens[0]
        template.single.typeID = single.typeIDs[0]
        template.single.suffix = single.tokens[1]
        let pair = try sequence(part, "pair", texts: ["A", "B"])
        template.pair.prefix = pair.tokens[0]
        template.pair.firstTypeID = pair.typeIDs[0]
        template.pair.middle = pair.tokens[1]
        template.pair.secondTypeID = pair.typeIDs[1]
        template.pair.suffix = pair.tokens[2]
        return template
    }

    private typealias Sequence = (tokens: [[SequenceTemplate.SpecialToken]], typeIDs: [UInt32])

    // The tokens before, between and after the texts, which must come in order, each once.
    private static func sequence(
        _ part: JSONValue,
        _ key: String,
        texts: [String]
    ) throws(TokenizerError) -> Sequence {
        var result: Sequence = ([[]], [])
        for element in try TokenizerDocument.list(part.present(key), "'post_processor.\(key)'") {
            if let token = element["SpecialToken"] {
                let typeID = token["type_id"]?.id ?? 0
                let ids = try ids(of: token, in: part)
                result.tokens[result.tokens.count - 1] += ids.map {
                    SequenceTemplate.SpecialToken(id: $0, typeID: typeID)
                }
                continue
            }
            let text = element["Sequence"]
            let index = result.typeIDs.count
            guard let name = text?["id"]?.string, index < texts.count, name.elementsEqual(texts[index].utf8) else {
                throw unexpected(key, texts)
            }
            result.typeIDs.append(text?["type_id"]?.id ?? 0)
            result.tokens.append([])
        }
        guard result.typeIDs.count == texts.count else { throw unexpected(key, texts) }
        return result
    }

    private static func ids(of token: JSONValue, in part: JSONValue) throws(TokenizerError) -> [UInt32] {
        guard let name = token["id"]?.string else {
            throw TokenizerDocument.malformed("'id' of a special token", "a string", token["id"])
        }
        let spelling = String(decoding: name, as: UTF8.self)
        let entry = part["special_tokens"]?.members?.last { $0.key == name }?.value
        let listed = try TokenizerDocument.list(entry?["ids"], "'post_processor.special_tokens[\"\(spelling)\"].ids'")
        let ids = listed.compactMap(\.id)
        guard !ids.isEmpty, ids.count == listed.count else {
            throw TokenizerDocument.malformed(
                "'post_processor.special_tokens[\"\(spelling)\"]'",
                "an object with ids",
                entry
            )
        }
        return ids
    }

    private static func unexpected(_ key: String, _ texts: [String]) -> TokenizerError {
        TokenizerError(
            .unsupportedPart,
            "\(TokenizerDocument.source): 'post_processor.\(key)' does not hold the texts \(texts.joined(separator: ", ")) in this order, each once."
        )
    }
}
