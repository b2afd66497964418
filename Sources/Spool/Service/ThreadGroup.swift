import Glibc

/// Threads of the system that are started together and waited for.
public final class ThreadGroup: Sendable {
    private let running = Monitor(0)

    /// Creates a group without threads.
    public init() {}

    /// Starts a thread; it ends when `body` does.
    ///
    /// - Parameter body: What the thread does.
    /// - Throws: `ThreadError` where the system gives no more threads.
    public func start(_ body: @escaping @Sendable () -> Void) throws {
        running.withLock { $0 += 1 }
        let box = Unmanaged.passRetained(
            ThreadBody { [running] in
                body()
                running.withLock { $0 -= 1 }
                running.broadcast()
            }
        )
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { runThreadBody($0) }, box.toOpaque())
        guard code == 0 else {
            box.release()
            running.withLock { $0 -= 1 }
            throw ThreadError(code: code)
        }
        pthread_detach(thread)
    }

    /// Waits until every thread has ended.
    ///
    /// - Parameter seconds: How long to wait at most.
    /// - Returns: Whether all have ended.
    public func wait(seconds: Double) -> Bool {
        let time = SystemTimeSource()
        let end = time.monotonicSeconds + seconds
        return running.wait { count in
            if count == 0 { return .answer(true) }
            let rest = end - time.monotonicSeconds
            return rest <= 0 ? .answer(false) : .wait(seconds: rest)
        }
    }
}

/// A thread that could not be started.
public struct ThreadError: Error, CustomStringConvertible {
    /// What pthread_create returned.
    public var code: Int32

    /// Why, and what to do.
    public var description: String {
        "no more threads (\(String(cString: strerror(code)))); lower 'threads' in batchd.yaml or raise the limit"
    }
}

private final class ThreadBody {
    let run: () -> Void

    init(run: @escaping () -> Void) {
        self.run = run
    }
}

private func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
