import Glibc
import Spool
import Synchronization

/// Runs work on a thread whose mounts nobody else sees, and which the kernel takes away with that thread and the
/// processes that it started, however they end.
enum PrivateMounts {
    /// Does work that mounts; the caller waits for it.
    ///
    /// - Parameter body: The work; threads and processes that it starts see its mounts.
    /// - Returns: What the work returns.
    /// - Throws: `CampaignError` where mounting is not permitted, or what the work throws.
    static func run<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) throws -> Answer {
        let box = AnswerBox<Answer>()
        let thread = ThreadGroup()
        try thread.start {
            let result = Result {
                try leaveSharedMounts()
                return try body()
            }
            box.answer.withLock { $0 = result }
        }
        while !thread.wait(seconds: 3600) {}
        guard let result = box.answer.withLock({ $0 }) else { throw CampaignError("a thread ended without an answer") }
        return try result.get()
    }

    private final class AnswerBox<Answer: Sendable>: Sendable {
        let answer = Mutex<Result<Answer, any Error>?>(nil)
    }

    private static let newMountNamespace: CInt = 0x0002_0000

    private static func leaveSharedMounts() throws {
        // The overlay of the C library does not know unshare(2).
        typealias Unshare = @convention(c) (CInt) -> CInt
        guard let symbol = dlsym(nil, "unshare") else { throw CampaignError("the C library has no unshare(2)") }
        let unshare = unsafeBitCast(symbol, to: Unshare.self)
        guard unshare(newMountNamespace) == 0,
            mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0
        else { throw CampaignError("mounts cannot be made private (\(String(cString: strerror(errno)))); run as root") }
    }
}
