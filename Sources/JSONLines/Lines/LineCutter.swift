/// Finds the lines of a decoded stream, one after the other, in a window of its bytes.
struct LineCutter {
    /// A line that was found and not yet handed out; it lies in `window`, or in `overlong` where it was too long.
    struct Cut {
        var start: Int
        var length: Int
        var number: Int
        var byteOffset: Int
        var fullLength: Int?
    }

    private(set) var sawByteOrderMark = false
    private(set) var blankLines = 0
    private(set) var lineNumber: Int
    private(set) var byteOffset: Int
    /// The line that did not fit into the last block.
    private(set) var pending: Cut?

    private let stream: DecodedStream
    private let limits: InputLimits
    /// Asked before a block that has begun waits for more bytes; false ends the block.
    private let isReady: (() -> Bool)?
    /// The number of the first line, blank or not, of the block that is being filled.
    private var blockFirstLine: Int
    private var window = [UInt8](repeating: 0, count: 256 << 10)
    private var windowStart = 0
    private var windowEnd = 0
    /// How far the window is known to hold no line feed.
    private var searchedEnd = 0
    private var streamEnded = false
    private var started = false
    private var overlong: [UInt8] = []

    init(
        _ stream: DecodedStream,
        limits: InputLimits,
        lineNumber: Int,
        byteOffset: Int,
        isReady: (() -> Bool)? = nil
    ) {
        self.stream = stream
        self.isReady = isReady
        blockFirstLine = lineNumber
        self.limits = limits
        self.lineNumber = lineNumber
        self.byteOffset = byteOffset
    }

    /// Whether every line was handed out and no byte is left.
    var isAtEnd: Bool { pending == nil && streamEnded && windowStart == windowEnd }

    /// Appends lines to an empty block until one of the maxima or the end is reached.
    mutating func fill(_ block: inout LineBlock, maximumRecords: Int, maximumBytes: Int) throws {
        blockFirstLine = pending?.number ?? lineNumber
        while block.lines.count < maximumRecords {
            let room = block.lines.isEmpty ? Int.max : maximumBytes - block.bytes.count
            guard let cut = try takeCut(room: room) else { break }
            append(cut, to: &block)
        }
    }

    /// Passes over the lines that `fill` would append.
    mutating func skip(maximumRecords: Int, maximumBytes: Int) throws -> SkippedLines? {
        guard let first = try takeCut(room: .max) else { return nil }
        var skipped = SkippedLines(count: 1, firstNumber: first.number, firstByteOffset: first.byteOffset)
        var bytes = first.length
        while skipped.count < maximumRecords, let cut = try takeCut(room: maximumBytes - bytes) {
            skipped.count += 1
            bytes += cut.length
        }
        return skipped
    }

    // MARK: Lines

    private func append(_ cut: Cut, to block: inout LineBlock) {
        let start = block.bytes.count
        let range = cut.start..<cut.start + cut.length
        if cut.fullLength == nil {
            window.withUnsafeBytes { block.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[range])) }
        } else {
            block.bytes.append(contentsOf: overlong[range])
        }
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
    private mutating func takeCut(room: Int) throws -> Cut? {
        let next = try pending ?? nextCut()
        guard let next, next.length <= room else {
            pending = next
            return nil
        }
        pending = nil
        return next
    }

    /// Finds the next line that is not blank.
    private mutating func nextCut() throws -> Cut? {
        if !started { try start() }
        while true {
            let cut: Cut
            if let lineFeed = findLineFeed() {
                cut = cutLine(contentEnd: lineFeed, next: lineFeed + 1)
            } else if windowEnd - windowStart > limits.lineBytesMaximum + 1 {
                return try cutOverlongLine()
            } else if !streamEnded {
                if lineNumber > blockFirstLine, let isReady, !isReady() { return nil }
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

    private mutating func cutLine(contentEnd: Int, next: Int) -> Cut {
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
    private mutating func cutOverlongLine() throws -> Cut {
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
    private mutating func keepBeginning() {
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

    private mutating func start() throws {
        // No longer than the bytes may still be a mark: an interactive sender waits for its first answer.
        while windowEnd < 3 && !streamEnded && Self.byteOrderMark.starts(with: window[..<windowEnd]) {
            try fillWindow()
        }
        started = true
        guard window[..<windowEnd].starts(with: Self.byteOrderMark) else { return }
        sawByteOrderMark = true
        windowStart = 3
        searchedEnd = 3
        byteOffset += 3
    }

    private mutating func findLineFeed() -> Int? {
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
    private mutating func fillWindow() throws {
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
