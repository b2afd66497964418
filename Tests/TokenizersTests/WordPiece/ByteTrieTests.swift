import Testing

@testable import Tokenizers

struct ByteTrieTests {
    private func match(_ trie: ByteTrie, _ root: UInt32, _ text: [UInt8]) -> (length: Int, value: UInt32) {
        text.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return (0, 0) }
            return trie.longestMatch(root, start, buffer.count)
        }
    }

    @Test func theLongestKeyOfTheRootIsFound() {
        let first: [(key: [UInt8], value: UInt32)] = [([1], 10), ([1, 2, 3], 11), ([0xFF, 0], 12), ([1], 13)]
        let trie = ByteTrie(ByteTrieBuilder([first, [([1, 2], 20)], []]))
        #expect(match(trie, 0, [1, 2, 3, 4]) == (3, 11))
        #expect(match(trie, 0, [1, 2]) == (1, 13))
        #expect(match(trie, 0, [0xFF, 0]) == (2, 12))
        #expect(match(trie, 0, [0xFF]) == (0, 0))
        #expect(match(trie, 1, [1, 2, 3]) == (2, 20))
        #expect(match(trie, 2, [1]) == (0, 0))
        #expect(trie.hasChild(0, 0xFF) && !trie.hasChild(0, 2) && !trie.hasChild(2, 1))
    }

    @Test func everyKeyOfManyIsFoundAndNoOther() {
        // Two and three bytes of a small alphabet, so that nodes crowd.
        var keys: [(key: [UInt8], value: UInt32)] = []
        for first in UInt8(0)..<40 {
            for second in UInt8(0)..<40 where (first ^ second) % 3 == 0 {
                keys.append(([first &* 6, second], UInt32(keys.count)))
                keys.append(([first &* 6, second, first], UInt32(keys.count)))
            }
        }
        let trie = ByteTrie(ByteTrieBuilder([keys.reversed()]))
        for (key, value) in keys { #expect(match(trie, 0, key) == (key.count, value)) }
        #expect(match(trie, 0, [0, 1]) == (0, 0))
        #expect(match(trie, 0, [1, 0]) == (0, 0))
    }

    @Test func everyStepStaysWithinTheNodes() {
        let builder = ByteTrieBuilder([[([0xFF, 0xFF, 0xFF], 1)], [([0], 2)]])
        for node in builder.nodes {
            #expect(Int(UInt32(truncatingIfNeeded: node) >> 1) + 256 <= builder.nodes.count)
        }
    }
}
