import Glibc
import JSONLines
import SystemPackage

/// A descriptor as blocks of lines; a block ends where the sender pauses.
struct PipeInput {
    private let lines: LineReader?
    private let problem: (any Error)?
    private var ordinal = 0

    /// Lines that were read together.
    struct Block {
        /// The number of the block, from 0.
        var ordinal: Int
        /// The lines that are not blank.
        var lines: LineBlock
        /// The numbers of all lines of the block, blank ones included.
        var numbers: Range<Int>
    }

    init(descriptor: Int32, limits: InputLimits) {
        // What may be read has no end, and its size is the sender's business.
        var limits = limits
        limits.compressedBytesMaximum = .max
        limits.decodedBytesMaximum = .max
        do {
            let stream = try DecodedStream(.none, limits: limits) { try Self.read(descriptor, into: $0) }
            lines = LineReader(stream, limits: limits.forReplay, isReady: { Self.isReady(descriptor) })
            problem = nil
        } catch {
            lines = nil
            problem = error
        }
    }

    /// Reads the next block, as large as the sender makes it without a pause.
    ///
    /// - Returns: Nil at the end.
    mutating func next() throws -> Block? {
        if let problem { throw problem }
        guard let lines, !lines.isAtEnd else { return nil }
        let first = lines.nextLineNumber
        let block = try lines.nextBlock(
            maximumRecords: RecordPipe.blockRecordsMaximum,
            maximumBytes: RecordPipe.blockBytesMaximum
        )
        let numbers = first..<lines.nextLineNumber
        guard !numbers.isEmpty else { return nil }
        defer { ordinal += 1 }
        return Block(ordinal: ordinal, lines: block ?? LineBlock(), numbers: numbers)
    }

    private static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let code = errno
            if code == EAGAIN {
                // Somebody made the descriptor non-blocking, and it may be theirs too.
                var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&wait, 1, -1)
            } else if code != EINTR {
                throw PipeError(operation: "reading standard input", code: code)
            }
        }
    }

    /// Whether bytes, or the end, can be read without waiting.
    private static func isReady(_ descriptor: Int32) -> Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) != 0
    }
}

/// Standard input or output failed.
struct PipeError: Error, CustomStringConvertible {
    var operation: String
    var errno: Errno

    init(operation: String, code: Int32) {
        self.operation = operation
        self.errno = Errno(rawValue: code)
    }

    var description: String { "\(operation) failed: \(errno) (errno \(errno.rawValue))" }
}
