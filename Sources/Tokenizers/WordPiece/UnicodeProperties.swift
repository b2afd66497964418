/// Reads the numbers of a `UnicodeTables` string.
struct TableReader {
    private let text: StaticString
    private var position = 0

    init(_ text: StaticString) {
        self.text = text
    }

    /// The next number; nil at the end.
    mutating func next() -> UInt32? {
        text.withUTF8Buffer { bytes in
            var value: UInt32 = 0
            var shift: UInt32 = 0
            while position < bytes.count {
                let digit = UInt32(bytes[position]) &- 0x30
                position += 1
                // Line feeds and indentation lie below the digits.
                guard digit < 64 else { continue }
                value |= (digit & 31) << shift
                shift += 5
                if digit < 32 { return value }
            }
            return nil
        }
    }

    /// The next number, which the table is known to hold.
    mutating func number() -> UInt32 { next() ?? 0 }

    /// The next number, with its sign in the lowest bit.
    mutating func signed() -> UInt32 {
        let value = number()
        return value & 1 == 0 ? value >> 1 : 0 &- (value >> 1) &- 1
    }
}

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

/// What the normalizer and the pre-tokenizer ask of a code point.
///
/// The standard library's own answers follow its version of Unicode; these are fixed, as the models are.
enum UnicodeProperties {
    static let others = CodePointRuns(UnicodeTables.others)
    static let spaces = CodePointRuns(UnicodeTables.spaces)
    static let punctuation = CodePointRuns(UnicodeTables.punctuation)
    static let marks = CodePointRuns(UnicodeTables.marks)
    static let wordCharacters = CodePointRuns(UnicodeTables.wordCharacters)
    static let combiningClasses = CodePointRuns(UnicodeTables.combiningClasses, hasValues: true)
    static let lowercase = CodePointMapping(lowercase: UnicodeTables.lowercase)
    static let decompositions = CodePointMapping(decompositions: UnicodeTables.decompositions)

    /// The ideographs that `handle_chinese_chars` sets apart; extension E begins where BERT's own code has it begin.
    static func isChinese(_ codePoint: UInt32) -> Bool {
        switch codePoint {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// Calls `body` for each code point of the full canonical decomposition.
    static func decompose(_ codePoint: UInt32, _ body: (UInt32) -> Void) {
        if codePoint &- 0xAC00 < 11_172 {
            let syllable = codePoint - 0xAC00
            body(0x1100 + syllable / 588)
            body(0x1161 + syllable % 588 / 28)
            if syllable % 28 != 0 { body(0x11A7 + syllable % 28) }
        } else if let targets = decompositions.targets(of: codePoint) {
            for target in targets { body(target) }
        } else {
            body(codePoint)
        }
    }
}
