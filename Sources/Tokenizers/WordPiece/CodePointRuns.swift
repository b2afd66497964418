/// Runs of code points, in order, each with a value.
struct CodePointRuns: Sendable {
    private(set) var first: [UInt32] = []
    private(set) var last: [UInt32] = []
    private(set) var value: [UInt32] = []

    /// Reads runs; each is followed by its value if `hasValues`.
    init(_ table: StaticString, hasValues: Bool = false) {
        var reader = TableReader(table)
        var end: UInt32 = 0
        while let gap = reader.next() {
            first.append(end &+ gap)
            end = end &+ gap &+ reader.number()
            last.append(end)
            value.append(hasValues ? reader.number() : 1)
        }
    }

    /// The value of a code point; 0 outside of all runs.
    func value(of codePoint: UInt32) -> UInt32 {
        let index = firstIndex(endingFrom: codePoint)
        return index < first.count && first[index] <= codePoint ? value[index] : 0
    }

    /// Whether a code point is in a run.
    func contains(_ codePoint: UInt32) -> Bool { value(of: codePoint) != 0 }

    /// Sets a flag for each code point of a page that is in a run.
    ///
    /// - Parameters:
    ///   - flag: The flag to set.
    ///   - flags: The flags of 256 code points.
    ///   - start: The first of these code points.
    func paint(_ flag: UInt8, on flags: inout [UInt8], from start: UInt32) {
        var index = firstIndex(endingFrom: start)
        while index < first.count && first[index] <= start + 255 {
            for codePoint in max(first[index], start)...min(last[index], start + 255) {
                flags[Int(codePoint - start)] |= flag
            }
            index += 1
        }
    }

    private func firstIndex(endingFrom codePoint: UInt32) -> Int {
        var low = 0
        var high = last.count
        while low < high {
            let middle = (low + high) / 2
            if last[middle] < codePoint { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
