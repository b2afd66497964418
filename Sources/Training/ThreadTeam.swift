#if canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Threads that work through one task in step with each other.
enum ThreadTeam {
    /// Runs a closure on so many threads, the calling one among them, and returns when all have.
    ///
    /// - Parameters:
    ///   - threads: The number of threads, 1 or more.
    ///   - body: Called with the thread's number and the barrier of the team.
    static func run(threads: Int, _ body: @escaping @Sendable (Int, Barrier) -> Void) {
        let barrier = Barrier(threads: threads)
        let others = (1..<max(1, threads)).map { number in
            start { body(number, barrier) }
        }
        body(0, barrier)
        for thread in others {
            pthread_join(thread, nil)
        }
    }

    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument {
                    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            },
            work.toOpaque()
        )
        precondition(code == 0, "a thread can be started, errno \(code)")
        return thread
    }

    /// Where the threads of a team wait for each other.
    ///
    /// Shared without a lock because the C library's barrier is made to be.
    final class Barrier: @unchecked Sendable {
        private let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

        fileprivate init(threads: Int) {
            let code = pthread_barrier_init(barrier, nil, UInt32(threads))
            precondition(code == 0, "a barrier can be made, errno \(code)")
        }

        /// Returns when every thread of the team has called it as often.
        func wait() {
            pthread_barrier_wait(barrier)
        }

        deinit {
            pthread_barrier_destroy(barrier)
            barrier.deallocate()
        }
    }
}
