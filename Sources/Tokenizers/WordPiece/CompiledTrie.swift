/// Reads the trie of a compiled tokenizer, the last part of it.
enum CompiledTrie {
    /// Reads the nodes and values that the rest of the bytes hold.
    ///
    /// Steps in a sound trie stay within its nodes, whatever the text; every step reads one more byte of the text, so
    /// that cycles do no harm.
    static func read(
        _ reader: inout FlatReader,
        parameters: WordPieceParameters,
        addedTokens: [AddedToken],
        template: SequenceTemplate
    ) throws(TokenizerError) -> WordPieceModel {
        let count = try reader.count(ofSize: 12)
        guard count >= 256, count < 1 << 31 else {
            throw FlatReader.corrupt("a trie of \(count) nodes is too small or too large")
        }
        let nodeStart = try reader.take(count * 8)
        let valueStart = try reader.take(count * 4)
        try reader.finish()
        // Freed with the trie if the nodes are refused.
        let trie = ByteTrie(nodeCount: count)
        reader.withBytes { bytes in
            for index in 0..<count {
                let node = bytes.loadUnaligned(fromByteOffset: nodeStart + index * 8, as: UInt64.self)
                trie.nodes[index] = UInt64(littleEndian: node)
                let value = bytes.loadUnaligned(fromByteOffset: valueStart + index * 4, as: UInt32.self)
                trie.values[index] = UInt32(littleEndian: value)
            }
        }
        try check(trie, vocabularySize: parameters.vocabularySize)
        return WordPieceModel(parameters: parameters, addedTokens: addedTokens, template: template, trie: trie)
    }

    private static func check(_ trie: ByteTrie, vocabularySize: UInt32) throws(TokenizerError) {
        var farthest: UInt32 = 0
        var largest: UInt32 = 0
        for index in 0..<trie.nodeCount {
            farthest = max(farthest, UInt32(truncatingIfNeeded: trie.nodes[index]) >> 1)
            largest = max(largest, trie.values[index])
        }
        guard Int(farthest) + 256 <= trie.nodeCount else {
            throw FlatReader.corrupt("children at \(farthest) lie beyond \(trie.nodeCount) nodes")
        }
        guard largest < vocabularySize else {
            throw FlatReader.corrupt("id \(largest) of \(vocabularySize) is out of range")
        }
    }
}
