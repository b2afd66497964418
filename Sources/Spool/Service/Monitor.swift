import Glibc

/// A value behind a lock that threads can wait on until it changes.
///
/// Swift's `Mutex` has no condition variable, and compute threads must sleep until there is work.
public final class Monitor<Value>: @unchecked Sendable {
    // Sendable: `value` is only touched between pthread_mutex_lock and pthread_mutex_unlock, and the two pthread
    // objects live at fixed addresses from init to deinit.
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// Creates a monitor around a value.
    public init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes or reads the value.
    public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Wakes every waiting thread.
    public func broadcast() {
        pthread_cond_broadcast(condition)
    }

    /// Asks `body` again after each wake-up until it answers.
    ///
    /// - Parameter body: Gives an answer, or the seconds after which to ask again at the latest.
    /// - Returns: The answer.
    public func wait<Answer>(_ body: (inout Value) -> Waiting<Answer>) -> Answer {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch body(&value) {
            case .answer(let answer): return answer
            case .wait(let seconds): wait(seconds: seconds)
            }
        }
    }

    private func wait(seconds: Double?) {
        guard let seconds else {
            pthread_cond_wait(condition, mutex)
            return
        }
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = deadline.tv_nsec + Int(min(max(seconds, 0), 3600) * 1e9)
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        pthread_cond_timedwait(condition, mutex, &deadline)
    }
}

/// What `Monitor.wait` is told.
public enum Waiting<Answer> {
    /// Stop waiting with this.
    case answer(Answer)
    /// Sleep until somebody broadcasts, or for so many seconds.
    case wait(seconds: Double?)
}
