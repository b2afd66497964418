import Glibc
import SystemPackage

/// Waits for descriptors, poll(2) without its interruptions.
enum Readiness {
    /// Waits until a descriptor is readable, at its end, or broken.
    ///
    /// - Parameters:
    ///   - descriptors: What to wait for.
    ///   - timeoutMilliseconds: How long; nil for ever.
    /// - Returns: For each descriptor whether it is ready; none is when the time is over.
    /// - Throws: `SupervisionError`, with `EBADF` for a descriptor that is not open.
    static func wait(
        for descriptors: [CInt],
        timeoutMilliseconds: Int?
    ) throws(SupervisionError) -> [Bool] {
        var polls = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let deadline = timeoutMilliseconds.map { SystemTimeSource.monotonicNanoseconds + Int64($0) * 1_000_000 }
        while poll(&polls, nfds_t(polls.count), remainingMilliseconds(until: deadline)) == -1 {
            if errno != EINTR { throw SupervisionError(operation: "waiting for events", errno: Errno(rawValue: errno)) }
        }
        if polls.contains(where: { $0.revents & Int16(POLLNVAL) != 0 }) {
            throw SupervisionError(operation: "waiting for events", errno: .badFileDescriptor)
        }
        return polls.map { $0.revents != 0 }
    }

    /// Rounded up, so that a wait never ends before its deadline.
    private static func remainingMilliseconds(until deadline: Int64?) -> CInt {
        guard let deadline else { return -1 }
        let nanoseconds = max(0, deadline - SystemTimeSource.monotonicNanoseconds)
        return CInt(clamping: (nanoseconds + 999_999) / 1_000_000)
    }
}
