/// Cuts a decoded stream into blocks of lines.
///
/// Where a block ends depends on the content and the two maxima only, so a later run finds the same blocks. Blank
/// lines (JSON white space, a lone byte order mark) are counted and passed over, LF and CRLF both end a line, the last
/// line needs neither. Memory is bounded by the line limit and the block's maxima. Not safe to use from two threads at
/// once.
public final class LineReader {
    /// Whether the stream starts with a byte order mark, which was passed over; known after the first block.
    public private(set) var sawByteOrderMark = false
    /// Blank lines passed over so far.
    public private(set) var blankLines = 0

    /// A line that was found and not yet handed out; it lies in `window`, or in `overlong` where it was too long.
    private struct Cut {
        var start: Int
        var length: Int
        var number: Int
        var byteOffset: Int
        var fullLength: Int?
    }

    private let stream: DecodedStream
    private let limits: InputLimits
    private var window = [UInt8](repeating: 0, count: 256 << 10)
    private var windowStart = 0
    private var windowEnd = 0
    /// How far the window is known to hold no line feed.
    private var searchedEnd = 0
    private var streamEnded = false
    private var started = false
    private var overlong: [UInt8] = []
    private var pending: Cut?
    private var lineNumber: Int
    private var byteOffset: Int

    /// Creates a reader at the start of a stream.
    ///
    /// - Parameters:
    ///   - stream: Where the bytes come from; its start may hold a byte order mark.
    ///   - limits: The limit on lines.
    ///   - firstLineNumber: The number of the first line, where earlier parts of the job had lines.
    ///   - firstByteOffset: The offset of the first byte, where earlier parts of the job had bytes.
    public init(
        _ stream: DecodedStream,
        limits: InputLimits = InputLimits(),
        firstLineNumber: Int = 1,
        firstByteOffset: Int = 0
    ) {
        self.stream = stream
        self.limits = limits
        lineNumber = firstLineNumber
        byteOffset = firstByteOffset
    }

    /// The number of the line that comes next; at the end of the stream, the first number of the following part.
    public var nextLineNumber: Int { pending?.number ?? lineNumber }

    /// The offset of the byte that comes next; at the end of the stream, the first offset of the following part.
    public var nextByteOffset: Int { pending?.byteOffset ?? byteOffset }

    /// Reads the next block.
    ///
    /// - Parameters:
    ///   - maximumRecords: Lines of the block, at least 1.
    ///   - maximumBytes: Bytes of its lines without terminators; one line is always taken.
    /// - Returns: The block, nil at the end.
    /// - Throws: What the stream throws.
    public func nextBlock(maximumRecords: Int, maximumBytes: Int) throws -> LineBlock? {
        var block = LineBlock()
        return try nextBlock(into: &block, maximumRecords: maximumRecords, maximumBytes: maximumBytes) ? block : nil
    }

    /// Reads the next block into one that was used before.
    ///
    /// - Parameters:
    ///   - block: Overwritten; its memory is used again.
    ///   - maximumRecords: Lines of the block, at least 1.
    ///   - maximumBytes: Bytes of its lines without terminators; one line is always taken.
    /// - Returns: False at the end, and then the block is empty.
    /// - Throws: What the stream throws.
    public func nextBlock(into block: inout LineBlock, maximumRecords: Int, maximumBytes: Int) throws -> Bool {
        precondition(maximumRecords > 0, "A block holds at least one line.")
        block.removeAll()
        while block.lines.count < maximumRecords {
            let room = block.lines.isEmpty ? Int.max : maximumBytes - block.bytes.count
            guard let cut = try takeCut(room: room) else { break }
            append(cut, to: &block)
        }
        return !block.lines.isEmpty
    }

    /// Passes over the block that `nextBlock` would return, without copying it.
    ///
    /// - Parameters:
    ///   - maximumRecords: As for `nextBlock`.
    ///   - maximumBytes: As for `nextBlock`.
    /// - Returns: The number of lines in the block, 0 at the end.
    /// - Throws: What the stream throws.
    public func skipBlock(maximumRecords: Int, maximumBytes: Int) throws -> Int {
        precondition(maximumRecords > 0, "A block holds at least one line.")
        var count = 0
        var bytes = 0
        while count < maximumRecords, let cut = try takeCut(room: count == 0 ? Int.max : maximumBytes - bytes) {
            count += 1
            bytes += cut.length
        }
        return count
    }

    // MARK: Lines

    private func append(_ cut: Cut, to block: inout LineBlock) {
        let start = block.bytes.count
        let from = cut.fullLength == nil ? window : overlong
        from.withUnsafeBytes { block.bytes.append(contentsOf: $0[cut.start..<cut.start + cut.length]) }
        block.lines.append(
            Line(
                range: start..<block.bytes.count,
                number: cut.number,
                byteOffset: cut.byteOffset,
                fullLength: cut.fullLength
            )
        )
    }

    /// Takes the next line where it has room, else keeps it for the next block.
    private func takeCut(room: Int) throws -> Cut? {
        let next = try pending ?? nextCut()
        guard let next, next.length <= room else {
            pending = next
            return nil
        }
        pending = nil
        return next
    }

    /// Finds the next line that is not blank.
    private func nextCut() throws -> Cut? {
        if !started { try start() }
        while true {
            let cut: Cut
            if let lineFeed = findLineFeed() {
                cut = cutLine(contentEnd: lineFeed, next: lineFeed + 1)
            } else if windowEnd - windowStart > limits.lineBytesMaximum + 1 {
                return try cutOverlongLine()
            } else if !streamEnded {
                try fillWindow()
                continue
            } else if windowStart < windowEnd {
                cut = cutLine(contentEnd: windowEnd, next: windowEnd)
            } else {
                return nil
            }
            if !isBlank(cut) { return cut }
            blankLines += 1
        }
    }

    private func cutLine(contentEnd: Int, next: Int) -> Cut {
        var length = contentEnd - windowStart
        if length > 0 && window[contentEnd - 1] == UInt8(ascii: "\r") { length -= 1 }
        var cut = Cut(start: windowStart, length: length, number: lineNumber, byteOffset: byteOffset)
        if length > limits.lineBytesMaximum {
            keepBeginning()
            cut.start = 0
            cut.length = overlong.count
            cut.fullLength = length
        }
        lineNumber += 1
        byteOffset += next - windowStart
        windowStart = next
        searchedEnd = next
        return cut
    }

    /// Passes over a line that is longer than the window may grow, keeping only its beginning.
    private func cutOverlongLine() throws -> Cut {
        keepBeginning()
        var cut = Cut(start: 0, length: overlong.count, number: lineNumber, byteOffset: byteOffset, fullLength: 0)
        var length = 0
        var lastByte: UInt8 = 0
        var terminatorLength = 0
        while true {
            let lineFeed = findLineFeed()
            let end = lineFeed ?? windowEnd
            if end > windowStart { lastByte = window[end - 1] }
            length += end - windowStart
            windowStart = end
            searchedEnd = end
            if lineFeed != nil {
                terminatorLength = 1
                break
            }
            if streamEnded { break }
            try fillWindow()
        }
        windowStart += terminatorLength
        searchedEnd = windowStart
        lineNumber += 1
        byteOffset += length + terminatorLength
        cut.fullLength = lastByte == UInt8(ascii: "\r") ? length - 1 : length
        return cut
    }

    /// Copies the beginning of the line at the window's start, and cuts no UTF-8 sequence in two.
    private func keepBeginning() {
        let end = windowStart + min(limits.overlongLineKeptBytes, limits.lineBytesMaximum)
        var kept = end
        while kept > windowStart && end - kept < 3 && window[kept] & 0xC0 == 0x80 { kept -= 1 }
        if window[kept] & 0xC0 == 0x80 { kept = end }
        overlong.removeAll(keepingCapacity: true)
        overlong.append(contentsOf: window[windowStart..<kept])
    }

    private func isBlank(_ cut: Cut) -> Bool {
        guard cut.fullLength == nil else { return false }
        guard cut.length > 0 else { return true }
        let first = window[cut.start]
        guard first <= 0x20 || first == 0xEF else { return false }
        var line = window[cut.start..<cut.start + cut.length]
        if line.starts(with: Self.byteOrderMark) { line = line.dropFirst(3) }
        return line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    // MARK: The window

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private func start() throws {
        while windowEnd < 3 && !streamEnded { try fillWindow() }
        started = true
        guard window[..<windowEnd].starts(with: Self.byteOrderMark) else { return }
        sawByteOrderMark = true
        windowStart = 3
        searchedEnd = 3
        byteOffset += 3
    }

    private func findLineFeed() -> Int? {
        let found = window.withUnsafeBytes { bytes in
            ByteSearch.first(
                UInt8(ascii: "\n"),
                in: UnsafeRawBufferPointer(rebasing: bytes[searchedEnd..<windowEnd])
            )
        }
        if let found { return searchedEnd + found }
        searchedEnd = windowEnd
        return nil
    }

    /// Moves what is left to the window's start and reads behind it; grows the window where it is full.
    private func fillWindow() throws {
        if windowStart > 0 {
            window.withUnsafeMutableBytes { bytes in
                bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[windowStart..<windowEnd]))
            }
            searchedEnd -= windowStart
            windowEnd -= windowStart
            windowStart = 0
        }
        if windowEnd == window.count { window.append(contentsOf: repeatElement(0, count: window.count)) }
        let count = try window.withUnsafeMutableBytes {
            try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[windowEnd...]))
        }
        windowEnd += count
        if count == 0 { streamEnded = true }
    }
}
