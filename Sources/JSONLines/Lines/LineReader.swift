/// Cuts a decoded stream into blocks of lines.
///
/// Where a block ends depends on the content and the two maxima only, so a later run finds the same blocks. Blank
/// lines (JSON white space, a lone byte order mark) are counted and passed over, LF and CRLF both end a line, the last
/// line needs neither. Memory is bounded by the line limit and the block's maxima. Not safe to use from two threads at
/// once.
public final class LineReader {
    /// Whether the stream starts with a byte order mark, which was passed over; known after the first block.
    public var sawByteOrderMark: Bool { cutter.sawByteOrderMark }
    /// Blank lines passed over so far.
    public var blankLines: Int { cutter.blankLines }

    private var cutter: LineCutter

    /// Creates a reader at the start of a stream.
    ///
    /// - Parameters:
    ///   - stream: Where the bytes come from; its start may hold a byte order mark.
    ///   - limits: The limit on lines.
    ///   - firstLineNumber: The number of the first line, where earlier parts of the job had lines.
    ///   - firstByteOffset: The offset of the first byte, where earlier parts of the job had bytes.
    ///   - isReady: For a sender that pauses: asked before a block that holds a line, or passed over a blank one,
    ///     waits for more bytes. Where it says no, the block ends there, and may be empty before the end.
    public init(
        _ stream: DecodedStream,
        limits: InputLimits = InputLimits(),
        firstLineNumber: Int = 1,
        firstByteOffset: Int = 0,
        isReady: (() -> Bool)? = nil
    ) {
        cutter = LineCutter(
            stream,
            limits: limits,
            lineNumber: firstLineNumber,
            byteOffset: firstByteOffset,
            isReady: isReady
        )
    }

    /// Whether every line was read and the stream has ended; known after the last block.
    public var isAtEnd: Bool { cutter.isAtEnd }

    /// The number of the line that comes next; at the end of the stream, the first number of the following part.
    public var nextLineNumber: Int { cutter.pending?.number ?? cutter.lineNumber }

    /// The offset of the byte that comes next; at the end of the stream, the first offset of the following part.
    public var nextByteOffset: Int { cutter.pending?.byteOffset ?? cutter.byteOffset }

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
        try cutter.fill(&block, maximumRecords: maximumRecords, maximumBytes: maximumBytes)
        return !block.lines.isEmpty
    }

    /// Passes over the block that `nextBlock` would return, without copying it.
    ///
    /// - Parameters:
    ///   - maximumRecords: As for `nextBlock`.
    ///   - maximumBytes: As for `nextBlock`.
    /// - Returns: Where the block lies, nil at the end.
    /// - Throws: What the stream throws.
    public func skipBlock(maximumRecords: Int, maximumBytes: Int) throws -> SkippedLines? {
        let step = try skipBlock(maximumRecords: maximumRecords, maximumBytes: maximumBytes, stepBytes: .max)
        if case .block(let lines) = step { return lines }
        return nil
    }

    /// Passes over the block that `nextBlock` would return, a step at a time: a line may be as long as the file, and
    /// blank lines as many as it has bytes.
    ///
    /// - Parameters:
    ///   - maximumRecords: As for `nextBlock`; the same in every step of a block.
    ///   - maximumBytes: As for `nextBlock`; the same in every step of a block.
    ///   - stepBytes: Decoded bytes after which the step ends, give or take one read of the stream.
    /// - Returns: Where the block lies, or that it has not ended yet.
    /// - Throws: What the stream throws.
    public func skipBlock(maximumRecords: Int, maximumBytes: Int, stepBytes: Int) throws -> SkipStep {
        precondition(maximumRecords > 0, "A block holds at least one line.")
        return try cutter.skip(maximumRecords: maximumRecords, maximumBytes: maximumBytes, stepBytes: stepBytes)
    }
}

/// What a step of passing over a block came to.
public enum SkipStep: Sendable, Equatable {
    /// The block, passed over whole.
    case block(SkippedLines)
    /// There is more of it; ask again.
    case more
    /// There is no block left.
    case end
}
