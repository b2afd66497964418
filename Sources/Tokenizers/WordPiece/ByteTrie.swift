/// A trie as `ByteTrieBuilder` lays it out, for reading.
///
/// The memory is written before the trie is shared and never after, and lives as long as the object; hence
/// `@unchecked Sendable`.
final class ByteTrie: @unchecked Sendable {
    let nodeCount: Int
    let nodes: UnsafeMutablePointer<UInt64>
    let values: UnsafeMutablePointer<UInt32>

    /// Makes room for a trie, all zero.
    init(nodeCount: Int) {
        self.nodeCount = nodeCount
        nodes = .allocate(capacity: nodeCount)
        nodes.initialize(repeating: 0, count: nodeCount)
        values = .allocate(capacity: nodeCount)
        values.initialize(repeating: 0, count: nodeCount)
    }

    /// Copies what a builder has laid out.
    convenience init(_ builder: ByteTrieBuilder) {
        let builtNodes = builder.nodes
        let builtValues = builder.values
        self.init(nodeCount: builtNodes.count)
        for index in builtNodes.indices {
            nodes[index] = builtNodes[index]
            values[index] = builtValues[index]
        }
    }

    deinit {
        nodes.deallocate()
        values.deallocate()
    }

    /// Whether a key of a root begins with a byte.
    func hasChild(_ root: UInt32, _ byte: UInt8) -> Bool {
        let child = Int(UInt32(truncatingIfNeeded: nodes[Int(root)]) >> 1) + Int(byte)
        return UInt32(truncatingIfNeeded: nodes[child] >> 32) == root
    }

    /// The longest key at the beginning of some bytes.
    ///
    /// - Parameters:
    ///   - root: Where the trie begins.
    ///   - bytes: The first byte.
    ///   - count: How many bytes there are.
    /// - Returns: The key's length, 0 if there is none, and its value.
    @inline(__always)
    func longestMatch(_ root: UInt32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> (length: Int, value: UInt32) {
        let nodes = nodes
        var node = root
        var base = Int(UInt32(truncatingIfNeeded: nodes[Int(root)]) >> 1)
        var best: UInt32 = 0
        var length = 0
        var index = 0
        while index < count {
            let next = base + Int(bytes[index])
            let word = nodes[next]
            guard UInt32(truncatingIfNeeded: word >> 32) == node else { break }
            node = UInt32(truncatingIfNeeded: next)
            index += 1
            if word & 1 != 0 {
                best = node
                length = index
            }
            base = Int(UInt32(truncatingIfNeeded: word) >> 1)
        }
        return (length, length == 0 ? 0 : values[Int(best)])
    }
}
