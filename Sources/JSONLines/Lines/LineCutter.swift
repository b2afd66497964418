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
    /// How far a line has been passed over that is longer than the window may grow.
    private var overlongScan: OverlongScan?
    /// What `skip` has passed over and not given out yet.
    private var skipped: (lines: SkippedLines, bytes: Int)?
    /// Decoded bytes that may still be asked for in this step of `skip`.
    private var stepBytes = Int.max
    /// Whether the last step of `skip` ended because it had used up its bytes.
    private var isStepOver = false

    private struct OverlongScan {
        var cut: Cut
        var length = 0
        var lastByte: UInt8 = 0
    }

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

    /// Passes over the lines that `fill` would append, decoding no more than some bytes at a time.
    mutating func skip(maximumRecords: Int, maximumBytes: Int, stepBytes: Int) throws -> SkipStep {
        self.stepBytes = stepBytes
        isStepOver = false
        defer { self.stepBytes = .max }
        if skipped == nil {
            guard let first = try takeCut(room: .max) else { return isStepOver ? .more : .end }
            let lines = SkippedLines(count: 1, firstNumber: first.number, firstByteOffset: first.byteOffset)
            skipped = (lines, first.length)
        }
        while var (lines, bytes) = skipped, lines.count < maximumRecords {
            guard let cut = try takeCut(room: maximumBytes - bytes) else {
                if isStepOver { return .more }
                break
            }
            lines.count += 1
            bytes += cut.length
            skipped = (lines, bytes)
        }
        defer { skipped = nil }
        return skipped.map { .block($0.lines) } ?? .end
    }

    /// Whether more bytes may be asked for; else the step is over.
    private mutating func mayReadOn() -> Bool {
        isStepOver = stepBytes <= 0
        return !isStepOver
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
        if overlongScan != nil { return try cutOverlongLine() }
        while true {
            let cut: Cut
            if let lineFeed = findLineFeed() {
                cut = cutLine(contentEnd: lineFeed, next: lineFeed + 1)
            } else if windowEnd - windowStart > limits.lineBytesMaximum + 1 {
                return try cutOverlongLine()
            } else if !streamEnded {
                if lineNumber > blockFirstLine, let isReady, !isReady() { return nil }
                guard mayReadOn() else { return nil }
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
    ///
    /// - Returns: Nil where the step is over before the line.
    private mutating func cutOverlongLine() throws -> Cut? {
        var scan = overlongScan ?? beginOverlongScan()
        var terminatorLength = 0
        while true {
            let lineFeed = findLineFeed()
            let end = lineFeed ?? windowEnd
            if end > windowStart { scan.lastByte = window[end - 1] }
            scan.length += end - windowStart
            windowStart = end
            searchedEnd = end
            if lineFeed != nil {
                terminatorLength = 1
                break
            }
            if streamEnded { break }
            overlongScan = scan
            guard mayReadOn() else { return nil }
            try fillWindow()
        }
        overlongScan = nil
        windowStart += terminatorLength
        searchedEnd = windowStart
        lineNumber += 1
        byteOffset += scan.length + terminatorLength
        scan.cut.fullLength = scan.lastByte == UInt8(ascii: "\r") ? scan.length - 1 : scan.length
        return scan.cut
    }

    private mutating func beginOverlongScan() -> OverlongScan {
        keepBeginning()
        return OverlongScan(
            cut: Cut(start: 0, length: overlong.count, number: lineNumber, byteOffset: byteOffset, fullLength: 0)
        )
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
        if stepBytes != .max { stepBytes -= count }
        if count == 0 { streamEnded = true }
    }
}
