/// One line of the input, as a place in a `LineBlock`.
public struct Line: Sendable, Equatable {
    /// Where the line lies in the block's `bytes`, without its terminator.
    public var range: Range<Int>
    /// The number of the line in the job, from 1; blank lines count.
    public var number: Int
    /// Where the line starts in the decoded job, in bytes.
    public var byteOffset: Int
    /// The line's whole length in bytes where it is over the limit and `range` holds only its beginning, else nil.
    public var fullLength: Int?
}

/// Lines that were read together: the bytes of all of them, and where each lies.
public struct LineBlock: Sendable, Equatable {
    /// The lines end to end, without terminators.
    public internal(set) var bytes: [UInt8] = []
    /// The lines, in input order; never blank ones.
    public internal(set) var lines: [Line] = []

    /// Creates a block without lines.
    public init() {}

    /// The bytes of a line.
    public func bytes(of line: Line) -> ArraySlice<UInt8> {
        bytes[line.range]
    }

    /// The block with some of its lines only.
    ///
    /// - Parameter keeps: Whether a line stays.
    /// - Returns: A block with the same bytes.
    public func keeping(_ keeps: (Line) -> Bool) -> LineBlock {
        var block = self
        block.lines.removeAll { !keeps($0) }
        return block
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
    }
}

/// Lines that a reader passed over.
public struct SkippedLines: Sendable, Equatable {
    /// The number of lines, at least 1.
    public var count: Int
    /// The number of the first line, from 1.
    public var firstNumber: Int
    /// Where the first line starts in the decoded stream, in bytes.
    public var firstByteOffset: Int
}
