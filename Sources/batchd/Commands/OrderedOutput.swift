import Glibc
import Spool

/// Writes the blocks of several threads in the order of their numbers.
///
/// A thread whose block comes too early leaves it here and goes on; whoever brings the next one writes all that
/// follow it. So threads do not wait for each other, unless one is far ahead or the reader is slow.
final class OrderedOutput: Sendable {
    private struct State {
        /// The block that is written next.
        var next = 0
        var waiting: [Int: [UInt8]] = [:]
        var isWriting = false
    }

    private let state = Monitor(State())
    private let descriptor: Int32
    private let aheadMaximum: Int

    /// Creates an output at block 0.
    ///
    /// - Parameters:
    ///   - descriptor: Where the blocks go; it stays open.
    ///   - aheadMaximum: Blocks that may lie here while an earlier one is missing, at least 1.
    init(descriptor: Int32, aheadMaximum: Int) {
        precondition(aheadMaximum > 0, "the next block has room")
        self.descriptor = descriptor
        self.aheadMaximum = aheadMaximum
    }

    /// Takes a block, and writes what can be written.
    ///
    /// - Parameters:
    ///   - lines: The block.
    ///   - ordinal: Its number; every number from 0 comes once.
    /// - Throws: `PipeError`.
    func write(_ lines: [UInt8], ordinal: Int) throws {
        let isWriter: Bool = state.wait { state in
            guard ordinal < state.next + aheadMaximum else { return .wait(seconds: nil) }
            state.waiting[ordinal] = lines
            guard ordinal == state.next, !state.isWriting else { return .answer(false) }
            state.isWriting = true
            return .answer(true)
        }
        guard isWriter else { return }
        while let lines = takeNext() {
            try write(lines)
            state.withLock { $0.next += 1 }
            state.broadcast()
        }
    }

    private func takeNext() -> [UInt8]? {
        state.withLock { state in
            let lines = state.waiting.removeValue(forKey: state.next)
            if lines == nil { state.isWriting = false }
            return lines
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw PipeError(operation: "writing the output", code: code)
            }
            rest = rest.dropFirst(count)
        }
    }
}
