import Spool
import Synchronization

/// Tries cases on a few threads: most of a case is waiting, for the disk or for a daemon that pauses.
final class CasePool<Value: Sendable>: Sendable {
    /// Cases at the same time.
    private static var threadsMaximum: Int { 6 }

    private struct State {
        var next = 0
        var values: [Value?]
        var failure: (any Error)?
    }

    private let state: Mutex<State>
    private let body: @Sendable (Int) throws -> Value

    private init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Value) {
        state = Mutex(State(values: Array(repeating: nil, count: count)))
        self.body = body
    }

    /// Tries every case.
    ///
    /// - Parameters:
    ///   - count: How many there are.
    ///   - body: Tries the one of a number, from 0.
    /// - Returns: What came of each, in order.
    /// - Throws: The first error; what was not begun by then is left out.
    static func map(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Value) throws -> [Value] {
        let pool = CasePool(count, body)
        let threads = ThreadGroup()
        for _ in 0..<min(threadsMaximum, count) { try threads.start { pool.live() } }
        while !threads.wait(seconds: 3600) {}
        return try pool.state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.values.compactMap(\.self)
        }
    }

    private func live() {
        while let index = next() {
            do {
                let value = try body(index)
                state.withLock { $0.values[index] = value }
            } catch {
                state.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }

    private func next() -> Int? {
        state.withLock { state in
            guard state.failure == nil, state.next < state.values.count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }
}
