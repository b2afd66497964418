import Glibc
import JSONLines
import SystemPackage

/// A descriptor as blocks of lines; a block ends where the sender pauses.
struct PipeInput {
    private let lines: LineReader?
    private let problem: (any Error)?
    private let size: BlockSize
    private var ordinal = 0
    /// Records that may still be read.
    private var recordsLeft: Int

    /// Lines that were read together.
    struct Block {
        /// The number of the block, from 0.
        var ordinal: Int
        /// The lines that are not blank.
        var lines: LineBlock
        /// The numbers of all lines of the block, blank ones included.
        var numbers: Range<Int>
    }

    /// Reads a descriptor.
    ///
    /// - Parameters:
    ///   - descriptor: What is read; it stays open.
    ///   - limits: The limits of lines.
    ///   - compression: How it is compressed.
    ///   - size: The most that a block holds.
    ///   - recordsMaximum: Records after which the input counts as ended.
    init(
        descriptor: Int32,
        limits: InputLimits,
        compression: Compression = .none,
        size: BlockSize,
        recordsMaximum: Int = .max
    ) {
        self.size = size
        recordsLeft = recordsMaximum
        // What may be read has no end, and its size is the sender's business.
        var limits = limits
        limits.compressedBytesMaximum = .max
        limits.decodedBytesMaximum = .max
        limits.ratioMaximum = .max
        do {
            let stream = try DecodedStream(compression, limits: limits) { try Self.read(descriptor, into: $0) }
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
        guard let lines, !lines.isAtEnd, recordsLeft > 0 else { return nil }
        let first = lines.nextLineNumber
        let block = try lines.nextBlock(
            maximumRecords: min(size.records, recordsLeft),
            maximumBytes: size.bytes
        )
        recordsLeft -= block?.lines.count ?? 0
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
                throw PipeError(operation: "reading the input", code: code)
            }
        }
    }

    /// Whether bytes, or the end, can be read without waiting.
    private static func isReady(_ descriptor: Int32) -> Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) != 0
    }
}

/// The most lines that one thread of a pipe takes at a time; one that ends earlier is not waited for.
struct BlockSize: Equatable {
    /// Lines.
    var records: Int
    /// Bytes of lines.
    var bytes: Int

    /// Batches that a block is to fill, so that the last one, which is seldom full, costs little.
    private static let batches = 16
    /// A token's share of a line, in bytes, roughly: English words in JSON.
    private static let bytesPerToken = 4

    /// The size that fills some batches.
    ///
    /// A model that computes much for each token has small batches, and then a block is small too: at the end of the
    /// input a thread without a block waits for the others, at most for as long as a block takes.
    ///
    /// - Parameter budgetTokens: The tokens of a batch.
    init(budgetTokens: Int) {
        records = 1024
        let (tokens, overflow) = budgetTokens.multipliedReportingOverflow(by: Self.batches * Self.bytesPerToken)
        bytes = overflow ? 1 << 20 : min(max(tokens, 4 << 10), 1 << 20)
    }
}

/// Input or output failed.
struct PipeError: Error, CustomStringConvertible {
    var operation: String
    var errno: Errno

    init(operation: String, code: Int32) {
        self.operation = operation
        self.errno = Errno(rawValue: code)
    }

    var description: String { "\(operation) failed: \(errno) (errno \(errno.rawValue))" }
}
