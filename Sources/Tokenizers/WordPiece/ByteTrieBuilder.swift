/// Keys of bytes with their values, laid out as a double array.
///
/// A node is one word: the upper half is its parent, the lower half the place of its children, shifted by one, with
/// whether a key ends here in the lowest bit. The child for a byte lies at the children's place plus the byte, and is
/// one if its parent is the node asked. (Aoe, "An efficient digital search algorithm by using a double-array
/// structure", 1989.)
struct ByteTrieBuilder {
    /// The parent of what is no node, and of roots.
    static let nobody: UInt32 = .max

    private(set) var nodes: [UInt64] = []
    private(set) var values: [UInt32] = []

    private var isUsed: [Bool] = []
    private var firstFree = 0

    /// Lays out one trie for each list of keys; the root of list `n` is node `n`.
    ///
    /// - Parameter lists: Keys, none of them empty; of equal ones the last counts.
    init(_ lists: [[(key: [UInt8], value: UInt32)]]) {
        grow(to: lists.count + 256)
        for root in lists.indices { isUsed[root] = true }
        for (root, list) in lists.enumerated() {
            var ranked = Array(list.enumerated())
            // The sort is stable by rank, so that the last of equal keys stays the last.
            ranked.sort { left, right in
                if left.element.key == right.element.key { return left.offset < right.offset }
                return left.element.key.lexicographicallyPrecedes(right.element.key)
            }
            var pending = [(node: root, depth: 0, keys: 0..<ranked.count)]
            while let (node, depth, keys) = pending.popLast() {
                place(node, depth: depth, keys: keys, of: ranked, pending: &pending)
            }
        }
        trim()
    }

    private typealias Ranked = [(offset: Int, element: (key: [UInt8], value: UInt32))]
    private typealias Pending = [(node: Int, depth: Int, keys: Range<Int>)]

    private mutating func place(_ node: Int, depth: Int, keys: Range<Int>, of ranked: Ranked, pending: inout Pending) {
        var index = keys.lowerBound
        while index < keys.upperBound && ranked[index].element.key.count == depth {
            values[node] = ranked[index].element.value
            nodes[node] |= 1
            index += 1
        }
        var children: [(byte: UInt8, keys: Range<Int>)] = []
        while index < keys.upperBound {
            let byte = ranked[index].element.key[depth]
            let start = index
            while index < keys.upperBound && ranked[index].element.key[depth] == byte { index += 1 }
            children.append((byte, start..<index))
        }
        guard let first = children.first else { return }
        let base = findBase(children.map { Int($0.byte) }, first: Int(first.byte))
        nodes[node] |= UInt64(base) << 1
        for child in children {
            let place = base + Int(child.byte)
            isUsed[place] = true
            nodes[place] = UInt64(UInt32(node)) << 32
            pending.append((place, depth + 1, child.keys))
        }
        while firstFree < isUsed.count && isUsed[firstFree] { firstFree += 1 }
    }

    // Dense parts are left behind after some tries, so that the time stays linear.
    private mutating func findBase(_ bytes: [Int], first: Int) -> Int {
        var place = max(firstFree, first)
        var tries = 0
        while true {
            if place + 512 >= nodes.count { grow(to: nodes.count * 2) }
            if !isUsed[place] {
                let base = place - first
                if bytes.allSatisfy({ !isUsed[base + $0] }) { return base }
                tries += 1
                if tries == 64 { firstFree = max(firstFree, place - 1024) }
            }
            place += 1
        }
    }

    // Every node may look 256 places from where its children lie; what is beyond is not needed.
    private mutating func trim() {
        let lastUsed = isUsed.lastIndex(of: true) ?? 0
        let farthest = nodes.map { Int(UInt32(truncatingIfNeeded: $0) >> 1) }.max() ?? 0
        let count = max(lastUsed + 1, farthest + 256)
        grow(to: count)
        nodes.removeLast(nodes.count - count)
        values.removeLast(values.count - count)
    }

    private mutating func grow(to count: Int) {
        let missing = count - nodes.count
        guard missing > 0 else { return }
        nodes += [UInt64](repeating: UInt64(Self.nobody) << 32, count: missing)
        values += [UInt32](repeating: 0, count: missing)
        isUsed += [Bool](repeating: false, count: missing)
    }
}
