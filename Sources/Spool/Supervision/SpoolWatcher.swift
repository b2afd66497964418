import CLinux
import Glibc
import Synchronization
public import SystemPackage

/// Waits for names that come into directories, as far as the kernel tells. A hint only: listing is the truth.
///
/// One thread waits; any thread may add and wake.
public final class SpoolWatcher: Sendable {
    private let root: FilePath
    private let wakeDescriptor: CInt
    /// -1 where the kernel gives no inotify.
    private let inotify: CInt
    private let watches: Mutex<Watches>

    struct Watches: Sendable {
        var directories: [CInt: FilePath] = [:]
        var limitation: SupervisionError?
    }

    /// Makes a watcher of nothing. Where inotify cannot be had it still wakes and times out, and `limitation` says so.
    ///
    /// - Parameter root: What the directories' paths are relative to.
    /// - Throws: `SupervisionError` when there is no descriptor left.
    public init(root: FilePath) throws(SupervisionError) {
        self.root = root
        inotify = linux_inotify()
        let limitation = inotify == -1 ? Self.failure("watching directories") : nil
        watches = Mutex(Watches(limitation: limitation))
        wakeDescriptor = linux_eventfd()
        if wakeDescriptor == -1 { throw Self.failure("making an event descriptor") }
    }

    deinit {
        if inotify != -1 { close(inotify) }
        if wakeDescriptor != -1 { close(wakeDescriptor) }
    }

    /// The last reason why something is not watched and must be listed on a timer; nil while all is well.
    public var limitation: SupervisionError? { watches.withLock { $0.limitation } }

    /// Begins to watch a directory; a second time does nothing.
    ///
    /// - Parameter directory: Relative to the root.
    /// - Returns: Whether it is watched now; else `limitation` says why not.
    @discardableResult
    public func watch(_ directory: FilePath) -> Bool {
        if inotify == -1 { return false }
        return watches.withLock { watches in
            let watch = root.pushing(directory).withPlatformString { linux_inotify_watch(inotify, $0) }
            if watch == -1 {
                watches.limitation = Self.failure("watching '\(directory)'")
                return false
            }
            watches.directories[watch] = directory
            return true
        }
    }

    /// Ends the wait, or the next one when nobody waits; from any thread and without a lock.
    public func wake() {
        linux_eventfd_raise(wakeDescriptor)
    }

    /// Waits until something happens.
    ///
    /// - Parameters:
    ///   - timeoutMilliseconds: How long; nil for ever.
    ///   - others: Descriptors that end the wait when they are readable.
    /// - Returns: All that has happened since the last wait.
    /// - Throws: `SupervisionError` when poll(2) or read(2) fails.
    public func wait(
        timeoutMilliseconds: Int?,
        for others: [FileDescriptor] = []
    ) throws(SupervisionError) -> WatchEvents {
        // poll(2) passes over negative descriptors.
        let ready = try Readiness.wait(
            for: [inotify, wakeDescriptor] + others.map(\.rawValue),
            timeoutMilliseconds: timeoutMilliseconds
        )
        var events = WatchEvents()
        if ready[0] { try drain(into: &events) }
        if ready[1] {
            linux_eventfd_clear(wakeDescriptor)
            events.wasWoken = true
        }
        events.readable = zip(others, ready.dropFirst(2)).filter(\.1).map(\.0)
        return events
    }

    /// Reads a bounded number of records, so that a busy directory cannot hold the loop; poll finds the rest.
    private func drain(into events: inout WatchEvents) throws(SupervisionError) {
        var buffer = [UInt64](repeating: 0, count: 8192)
        for _ in 0..<16 {
            let capacity = buffer.count * MemoryLayout<UInt64>.stride
            let count = read(inotify, &buffer, capacity)
            if count == -1 {
                if errno == EAGAIN { return }
                if errno == EINTR { continue }
                throw Self.failure("reading directory events")
            }
            watches.withLock { Self.decode(buffer, count: count, &$0, into: &events) }
        }
    }

    private static func decode(_ buffer: [UInt64], count: Int, _ watches: inout Watches, into events: inout WatchEvents)
    {
        buffer.withUnsafeBytes { bytes in
            var record = linux_inotify_record()
            var offset = 0
            while linux_inotify_decode(bytes.baseAddress, count, offset, &record) == 1 {
                offset += record.bytes
                guard let directory = watches.directories[record.watch] else { continue }
                if record.ended != 0 {
                    watches.directories[record.watch] = nil
                    events.endedDirectories.insert(directory)
                } else if let name = record.name.flatMap({ FilePath.Component(platformString: $0) }) {
                    events.arrivals.insert(Arrival(directory: directory, name: name, movedIn: record.moved_in != 0))
                }
            }
        }
    }

    private static func failure(_ operation: String) -> SupervisionError {
        SupervisionError(operation: operation, errno: Errno(rawValue: errno))
    }
}
