import Glibc
import Synchronization

/// A thread of the system, for tests of what is bound to one.
final class Thread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// Starts a thread.
    init(_ body: @escaping @Sendable () -> Void) {
        var started = pthread_t()
        let box = Unmanaged.passRetained(Box(body)).toOpaque()
        pthread_create(
            &started,
            nil,
            { box in
                guard let box else { return nil }
                Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body()
                return nil
            },
            box
        )
        handle = Mutex(started)
    }

    /// Waits until it has ended.
    func join() {
        let joined = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let joined { pthread_join(joined, nil) }
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
