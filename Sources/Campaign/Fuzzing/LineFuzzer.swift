import BatchCore

/// Makes lines that are almost what they should be; equal seeds make equal lines.
///
/// A line begins as one of the corpus, as one that was kept before, or as a grown JSON text, and is then changed up to
/// eight times. About a third stay records, a third are no JSON, and the rest is divided among other ends.
struct LineFuzzer {
    /// Bytes after which a line is changed no more.
    static let lineBytesMaximum = 16 << 10

    private var random: SplitMix64
    /// Lines that were made before and may be changed again.
    private var kept = LineCorpus.lines

    /// Lines that are kept to be changed again.
    private static let keptMaximum = 400

    init(seed: Int) {
        random = SplitMix64(seed: UInt64(truncatingIfNeeded: seed))
    }

    /// The next line; may hold line feeds, and then it is several.
    mutating func next() -> [UInt8] {
        var line = base()
        if !chance(1, of: 4) {
            repeat { change(&line) } while line.count < Self.lineBytesMaximum && chance(5, of: 8)
        }
        if line.count < 2048, chance(1, of: 16) {
            if kept.count < Self.keptMaximum { kept.append(line) } else { kept[below(kept.count)] = line }
        }
        return line
    }

    // MARK: Beginnings

    private mutating func base() -> [UInt8] {
        switch below(8) {
        case 0, 1: return LineCorpus.lines[below(LineCorpus.lines.count)]
        case 2, 3, 4: return kept[below(kept.count)]
        case 5, 6:
            var line: [UInt8] = []
            grow(object: &line, depth: 0)
            return line
        default:
            return (0...below(24)).flatMap { _ in token() }
        }
    }

    private mutating func grow(object line: inout [UInt8], depth: Int) {
        line += "{".utf8
        for member in 0..<below(depth == 0 ? 8 : 4) {
            if member > 0 { line += ",".utf8 }
            grow(key: &line)
            line += ":".utf8
            grow(value: &line, depth: depth + 1)
        }
        line += "}".utf8
    }

    private mutating func grow(key line: inout [UInt8]) {
        let known = ["text", "input_text", "input", "id", "custom_id", "recordId", "_error", "_raw", "_raw_base64"]
        guard chance(3, of: 4) else { return grow(string: &line) }
        line += "\"\(known[below(known.count)])\"".utf8
    }

    private mutating func grow(string line: inout [UInt8]) {
        line += "\"".utf8
        for _ in 0..<below(12) {
            switch below(6) {
            case 0: line += ["\\n", "\\\"", "\\\\", "\\u0000", "\\uD834\\uDD1E", "\\udead", "\\/"][below(7)].utf8
            case 1: line += ["é", "中文", "😀", "\u{7FF}", "\u{FFFF}", "\u{10FFFF}"][below(6)].utf8
            default: line += "some words of text".utf8.prefix(below(18))
            }
        }
        line += "\"".utf8
    }

    private mutating func grow(value line: inout [UInt8], depth: Int) {
        switch below(depth > 20 ? 6 : 9) {
        case 0: line += ["true", "false", "null"][below(3)].utf8
        case 1, 2: grow(number: &line)
        case 3, 4, 5: grow(string: &line)
        case 6: grow(object: &line, depth: depth)
        default:
            line += "[".utf8
            for element in 0..<below(4) {
                if element > 0 { line += ",".utf8 }
                grow(value: &line, depth: depth + 1)
            }
            line += "]".utf8
        }
    }

    private mutating func grow(number line: inout [UInt8]) {
        if chance(1, of: 3) { line += "-".utf8 }
        line += "\(random.next() >> UInt64(below(64)))".utf8
        if chance(1, of: 3) { line += ".\(random.next() >> UInt64(below(64)))".utf8 }
        if chance(1, of: 3) { line += "\(["e", "E", "e-", "e+"][below(4)])\(below(400))".utf8 }
    }

    // MARK: Changes

    private mutating func change(_ line: inout [UInt8]) {
        guard !line.isEmpty else { return line += token() }
        let place = below(line.count)
        switch below(16) {
        case 0, 1: line[place] ^= 1 << UInt8(below(8))
        case 2: line[place] = UInt8(truncatingIfNeeded: random.next())
        case 3, 4, 5: line.insert(contentsOf: token(), at: place)
        case 6: line.replaceSubrange(place..<min(place + 1 + below(4), line.count), with: token())
        case 7, 8: line.removeSubrange(place..<min(place + 1 + below(8), line.count))
        case 9: line.removeSubrange(place...)
        case 10: line.insert(contentsOf: line[place..<min(place + 1 + below(64), line.count)], at: below(line.count))
        case 11: line.swapAt(place, below(line.count))
        case 12: splice(&line, at: place)
        case 13: nest(&line)
        case 14: lengthen(&line, at: place)
        default: line += token()
        }
    }

    private mutating func splice(_ line: inout [UInt8], at place: Int) {
        let other = kept[below(kept.count)]
        guard !other.isEmpty else { return }
        line.replaceSubrange(place..., with: other[below(other.count)...])
    }

    /// Puts the line into arrays and objects, about as many as a limit allows.
    private mutating func nest(_ line: inout [UInt8]) {
        let depth = [below(4), 10 + below(5), 60 + below(8)][below(3)]
        for _ in 0..<depth where line.count < Self.lineBytesMaximum {
            let isArray = chance(1, of: 2)
            line.insert(contentsOf: (isArray ? "[" : "{\"text\":").utf8, at: 0)
            line.append(UInt8(ascii: isArray ? "]" : "}"))
        }
    }

    /// Repeats one piece, so that a limit on keys or bytes is crossed, or a word of eight bytes filled.
    private mutating func lengthen(_ line: inout [UInt8], at place: Int) {
        let piece = [
            Array(",\"k\":1".utf8), [UInt8(ascii: " ")], [UInt8(ascii: "7")], Array("中".utf8), [UInt8(ascii: "x")],
            Array("\\n".utf8), token(),
        ][below(7)]
        let count = [below(20), 20 + below(10), below(3000)][below(3)]
        line.insert(contentsOf: repeatElement(piece, count: min(count, 8192 / piece.count)).joined(), at: place)
    }

    // MARK: Chance

    private mutating func token() -> [UInt8] {
        LineCorpus.tokens[below(LineCorpus.tokens.count)]
    }

    private mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: random.next() % UInt64(bound))
    }

    private mutating func chance(_ count: Int, of total: Int) -> Bool {
        below(total) < count
    }
}
