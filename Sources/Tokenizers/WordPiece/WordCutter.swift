/// Cuts one text into words while it normalizes it, and hands the words on to be cut into pieces.
struct WordCutter {
    // The encoder holds the model for as long as a cutter lives.
    unowned(unsafe) let model: WordPieceModel
    let text: UnsafePointer<UInt8>
    let textBytes: Int
    var scratch: WordScratch

    let normalization: BertNormalization
    private let firstPage: UnsafeMutablePointer<UInt64>

    /// The length of the word at hand in bytes; 0 between words.
    private var count = 0
    /// Whether each byte of the word comes from one ASCII byte, and none was left out.
    private var isEven = false
    private var wordByte = 0
    private var wordCodePoint: UInt32 = 0

    init(model: WordPieceModel, scratch: WordScratch, text: UnsafePointer<UInt8>, count: Int) {
        self.model = model
        self.scratch = scratch
        self.text = text
        textBytes = count
        normalization = model.parameters.normalization
        firstPage = scratch.page(of: 0, normalization)
    }

    /// Cuts a part of the text, which no word goes beyond.
    ///
    /// - Parameters:
    ///   - from: The first byte.
    ///   - to: Past the last byte.
    ///   - codePoint: The number of the first code point.
    ///   - pieces: Receives the pieces.
    /// - Returns: False, with pieces appended in vain, if marks may change places.
    mutating func cutWords(from: Int, to: Int, codePoint: UInt32, into pieces: inout TokenPieces) -> Bool {
        var position = from
        var number = codePoint
        count = 0
        while position < to {
            let slot: UnsafeMutablePointer<UInt64>
            var length = 1
            if text[position] < 0x80 {
                slot = firstPage + Int(text[position])
                if UInt32(truncatingIfNeeded: slot.pointee) & CharacterEntry.Class.mask == CharacterEntry.Class.word,
                    count == 0 || isEven
                {
                    let next = takeRun(from: position, to: to, number)
                    number += UInt32(truncatingIfNeeded: next - position)
                    position = next
                    continue
                }
            } else {
                let decoded = UTF8Text.decode(text + position, to - position)
                slot = scratch.page(of: decoded.codePoint, normalization) + Int(decoded.codePoint & 0xFF)
                length = decoded.length
            }
            guard take(slot, position, number, into: &pieces) else { return false }
            position += length
            number += 1
        }
        flush(into: &pieces)
        return true
    }

    // A run of ASCII letters and digits, which begins a word or follows an even one.
    @inline(__always)
    private mutating func takeRun(from: Int, to: Int, _ number: UInt32) -> Int {
        if count == 0 {
            wordByte = from
            wordCodePoint = number
            isEven = true
        }
        var position = from
        var length = count
        while position < to && text[position] < 0x80 {
            let entry = UInt32(truncatingIfNeeded: firstPage[Int(text[position])])
            guard entry & CharacterEntry.Class.mask == CharacterEntry.Class.word else { break }
            if length == scratch.capacity { scratch.growWord(keeping: length) }
            scratch.word[length] = UInt8(truncatingIfNeeded: entry)
            length += 1
            position += 1
        }
        count = length
        return position
    }

    @inline(__always)
    private mutating func take(
        _ slot: UnsafeMutablePointer<UInt64>,
        _ position: Int,
        _ number: UInt32,
        into pieces: inout TokenPieces
    ) -> Bool {
        let entry = UInt32(truncatingIfNeeded: slot.pointee)
        switch entry & CharacterEntry.Class.mask {
        case CharacterEntry.Class.word:
            push(entry & CharacterEntry.codePointMask, position, number)
        case CharacterEntry.Class.space:
            flush(into: &pieces)
        case CharacterEntry.Class.isolated:
            flush(into: &pieces)
            appendIsolated(slot, position, number, into: &pieces)
        case CharacterEntry.Class.removed:
            if count > 0 { makeUneven() }
        case CharacterEntry.Class.expanded:
            expand(entry, position, number, into: &pieces)
        default:
            return false
        }
        return true
    }

    @inline(never)
    private mutating func expand(_ entry: UInt32, _ position: Int, _ number: UInt32, into pieces: inout TokenPieces) {
        let isSurrounded = entry & CharacterEntry.surroundedByBlanks != 0
        if isSurrounded { flush(into: &pieces) }
        let normalization = normalization
        normalization.expand(entry & CharacterEntry.codePointMask) { target, _ in
            let kind = BertNormalization.kind(target)
            if kind != CharacterEntry.Class.word { flush(into: &pieces) }
            if kind != CharacterEntry.Class.space { push(target, position, number) }
            if kind == CharacterEntry.Class.isolated { flush(into: &pieces) }
        }
        if isSurrounded { flush(into: &pieces) }
    }

    // Appends a code point to the word.
    @inline(__always)
    private mutating func push(_ codePoint: UInt32, _ position: Int, _ number: UInt32) {
        if count == 0 {
            isEven = false
        } else {
            makeUneven()
        }
        if count + 4 > scratch.capacity { scratch.growWord(keeping: count) }
        UTF8Text.encode(codePoint) { byte in
            scratch.word[count] = byte
            scratch.sourceCodePoints[count] = number
            scratch.sourceBytes[count] = UInt32(truncatingIfNeeded: position)
            count += 1
        }
    }

    // Writes down where each byte comes from, which an even word's beginning told for all.
    @inline(__always)
    private mutating func makeUneven() {
        guard isEven else { return }
        for index in 0..<count {
            scratch.sourceCodePoints[index] = wordCodePoint + UInt32(truncatingIfNeeded: index)
            scratch.sourceBytes[index] = UInt32(truncatingIfNeeded: wordByte + index)
        }
        isEven = false
    }

    @inline(__always)
    private mutating func flush(into pieces: inout TokenPieces) {
        guard count > 0 else { return }
        let length = count
        count = 0
        let source: WordSource =
            isEven
            ? .run(codePoint: wordCodePoint, byte: UInt32(truncatingIfNeeded: wordByte))
            : .places(codePoints: UnsafePointer(scratch.sourceCodePoints), bytes: UnsafePointer(scratch.sourceBytes))
        appendShortWord(length, source, into: &pieces)
    }

    @inline(__always)
    private mutating func appendIsolated(
        _ slot: UnsafeMutablePointer<UInt64>,
        _ position: Int,
        _ number: UInt32,
        into pieces: inout TokenPieces
    ) {
        if slot.pointee >= WordScratch.unknownYet { lookUpIsolated(slot) }
        pieces.ids.append(UInt32(truncatingIfNeeded: slot.pointee >> 32))
        guard pieces.recordsSpans else { return }
        let start = UInt32(truncatingIfNeeded: position)
        pieces.spans.append(
            TokenSpan(
                start: number,
                end: number + 1,
                byteStart: start,
                byteEnd: start + sourceLength(at: position),
                startsWord: true
            )
        )
    }

    /// The length of the code point that begins at a byte of the text.
    @inline(__always)
    func sourceLength(at position: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: UTF8Text.decode(text + position, textBytes - position).length)
    }

    @inline(never)
    private mutating func lookUpIsolated(_ slot: UnsafeMutablePointer<UInt64>) {
        let entry = UInt32(truncatingIfNeeded: slot.pointee)
        var length = 0
        UTF8Text.encode(entry & CharacterEntry.codePointMask) { byte in
            scratch.word[length] = byte
            length += 1
        }
        // A word of one code point that has several pieces would need a continuation of no bytes.
        _ = cutIntoPieces(scratch.word, length)
        slot.pointee = UInt64(scratch.pieceIDs[0]) << 32 | UInt64(entry)
    }
}
