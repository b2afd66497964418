/// Code points that map to sequences of code points, in order.
struct CodePointMapping: Sendable {
    private(set) var source: [UInt32] = []
    private var start: [Int32] = [0]
    private var targets: [UInt32] = []

    /// Reads full canonical decompositions.
    init(decompositions table: StaticString) {
        var reader = TableReader(table)
        var last: UInt32 = 0
        var lastTarget: UInt32 = 0
        while let gap = reader.next() {
            last = last &+ gap
            let count = reader.number()
            lastTarget = lastTarget &+ reader.signed()
            targets.append(lastTarget)
            for _ in 1..<max(1, count) { targets.append(reader.number()) }
            source.append(last)
            start.append(Int32(targets.count))
        }
    }

    /// Reads runs of lower-case mappings, and adds the one code point whose lower case has two.
    init(lowercase table: StaticString) {
        var reader = TableReader(table)
        var mapped: [UInt32: [UInt32]] = [0x130: [0x69, 0x307]]
        var last: UInt32 = 0
        while let gap = reader.next() {
            let count = reader.number() + 1
            let stride = reader.number() + 1
            let distance = reader.signed()
            for step in 0..<count {
                let codePoint = last &+ gap &+ step * stride
                mapped[codePoint] = [codePoint &+ distance]
            }
            last = last &+ gap &+ (count - 1) * stride
        }
        for (codePoint, lower) in mapped.sorted(by: { $0.key < $1.key }) {
            source.append(codePoint)
            targets += lower
            start.append(Int32(targets.count))
        }
    }

    /// What a code point maps to; nil when only to itself.
    func targets(of codePoint: UInt32) -> ArraySlice<UInt32>? {
        let index = firstIndex(from: codePoint)
        guard index < source.count && source[index] == codePoint else { return nil }
        return targets[Int(start[index])..<Int(start[index + 1])]
    }

    /// Sets a flag for each code point of a page that maps to something else.
    func paint(_ flag: UInt8, on flags: inout [UInt8], from start: UInt32) {
        var index = firstIndex(from: start)
        while index < source.count && source[index] <= start + 255 {
            flags[Int(source[index] - start)] |= flag
            index += 1
        }
    }

    private func firstIndex(from codePoint: UInt32) -> Int {
        var low = 0
        var high = source.count
        while low < high {
            let middle = (low + high) / 2
            if source[middle] < codePoint { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
