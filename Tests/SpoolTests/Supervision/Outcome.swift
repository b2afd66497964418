import Synchronization

/// Carries what a thread's body returned or threw to the thread that joined it.
final class Outcome: Sendable {
    private let result: Mutex<Result<Void, any Error>?> = Mutex(nil)

    func set(_ value: Result<Void, any Error>) {
        result.withLock { $0 = value }
    }

    func get() throws {
        try result.withLock { $0 }?.get()
    }
}
