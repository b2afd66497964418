/// The flat form of a tokenizer.
///
/// All numbers are little-endian: a header of 32-bit numbers, the added tokens, the template, the nodes (64 bits each),
/// the values (32 bits each), and last a checksum (64 bits) of all before it.
enum CompiledTokenizer {
    private static let magic: UInt32 = 0x5057_4442
    private static let version: UInt32 = 1

    /// Writes a tokenizer.
    static func write(_ model: WordPieceModel) -> [UInt8] {
        var writer = FlatWriter(capacity: model.trie.nodeCount * 12 + 4096)
        let parameters = model.parameters
        let normalization = parameters.normalization
        writer.append(magic)
        writer.append(version)
        writer.append(parameters.unknownID)
        writer.append(parameters.charactersPerWordMaximum)
        writer.append(parameters.vocabularySize)
        writer.append(
            flags(
                normalization.cleansText,
                normalization.separatesChinese,
                normalization.stripsAccents,
                normalization.lowercases
            )
        )
        writer.append(UInt32(model.addedTokens.count))
        for token in model.addedTokens {
            writer.append(token.id)
            writer.append(
                flags(token.isSingleWord, token.stripsLeft, token.stripsRight, token.isNormalized, token.isSpecial)
            )
            writer.append(token.content)
        }
        write(model.template, to: &writer)
        writer.append(UInt32(model.trie.nodeCount))
        for index in 0..<model.trie.nodeCount { writer.append(model.trie.nodes[index]) }
        for index in 0..<model.trie.nodeCount { writer.append(model.trie.values[index]) }
        return writer.finished()
    }

    private static func write(_ template: SequenceTemplate, to writer: inout FlatWriter) {
        writer.append(template.single.typeID)
        writer.append(template.pair.firstTypeID)
        writer.append(template.pair.secondTypeID)
        let lists = [
            template.single.prefix, template.single.suffix, template.pair.prefix, template.pair.middle,
            template.pair.suffix,
        ]
        for list in lists {
            writer.append(UInt32(list.count))
            for token in list {
                writer.append(token.id)
                writer.append(token.typeID)
            }
        }
    }

    private static func flags(_ values: Bool...) -> UInt32 {
        values.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt32($1.offset) : 0) }
    }

    /// Reads a tokenizer, and checks everything that encoders rely on.
    static func read(_ bytes: [UInt8]) throws(TokenizerError) -> WordPieceModel {
        var reader = try FlatReader(bytes, magic: magic, version: version)
        let unknownID = try reader.number()
        let charactersPerWordMaximum = try reader.number()
        let vocabularySize = try reader.number()
        guard vocabularySize <= WordPieceModel.vocabularySizeMaximum, unknownID < vocabularySize else {
            throw FlatReader.corrupt("id \(unknownID) of \(vocabularySize) is out of range")
        }
        let options = try reader.number()
        let parameters = WordPieceParameters(
            unknownID: unknownID,
            charactersPerWordMaximum: charactersPerWordMaximum,
            vocabularySize: vocabularySize,
            normalization: BertNormalization(
                cleansText: options & 1 != 0,
                separatesChinese: options & 2 != 0,
                stripsAccents: options & 4 != 0,
                lowercases: options & 8 != 0
            )
        )
        let tokens = try addedTokens(&reader, vocabularySize)
        let template = try template(&reader, vocabularySize)
        return try CompiledTrie.read(
            &reader,
            parameters: parameters,
            addedTokens: tokens,
            template: template
        )
    }

    private static func id(_ reader: inout FlatReader, _ size: UInt32) throws(TokenizerError) -> UInt32 {
        let id = try reader.number()
        guard id < size else { throw FlatReader.corrupt("id \(id) of \(size) is out of range") }
        return id
    }

    private static func addedTokens(
        _ reader: inout FlatReader,
        _ vocabularySize: UInt32
    ) throws(TokenizerError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        let count = try reader.count(ofSize: 12)
        guard count <= vocabularySize else {
            throw FlatReader.corrupt("\(count) added tokens are more than \(vocabularySize) ids")
        }
        for _ in 0..<count {
            let id = try id(&reader, vocabularySize)
            let flags = try reader.number()
            let content = try reader.bytes()
            tokens.append(
                AddedToken(
                    content: content,
                    id: id,
                    isSingleWord: flags & 1 != 0,
                    stripsLeft: flags & 2 != 0,
                    stripsRight: flags & 4 != 0,
                    isNormalized: flags & 8 != 0,
                    isSpecial: flags & 16 != 0
                )
            )
        }
        return tokens
    }

    private static func template(
        _ reader: inout FlatReader,
        _ vocabularySize: UInt32
    ) throws(TokenizerError) -> SequenceTemplate {
        var template = SequenceTemplate()
        template.single.typeID = try reader.number()
        template.pair.firstTypeID = try reader.number()
        template.pair.secondTypeID = try reader.number()
        var lists: [[SequenceTemplate.SpecialToken]] = []
        for _ in 0..<5 {
            var list: [SequenceTemplate.SpecialToken] = []
            for _ in 0..<(try reader.count(ofSize: 8)) {
                let id = try id(&reader, vocabularySize)
                list.append(SequenceTemplate.SpecialToken(id: id, typeID: try reader.number()))
            }
            lists.append(list)
        }
        template.single.prefix = lists[0]
        template.single.suffix = lists[1]
        template.pair.prefix = lists[2]
        template.pair.middle = lists[3]
        template.pair.suffix = lists[4]
        return template
    }
}
