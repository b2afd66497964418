import CLinux
import Glibc
import SystemPackage

// What the engine says.
extension InFlightBoard {
    /// Says that a slot's thread begins to work.
    ///
    /// - Parameters:
    ///   - slot: The thread's own slot.
    ///   - payload: What it works on, as lines of UTF-8.
    ///   - limitNanoseconds: How long it may take.
    /// - Returns: Whether all of the payload has found room; else it was cut after the last line that has.
    @discardableResult
    public func begin(_ slot: Int, payload: [UInt8], limitNanoseconds: Int64) -> Bool {
        let fitting = Self.wholeLines(of: payload)
        let now = SystemTimeSource.monotonicNanoseconds
        inflight_begin(memory, index(slot), payload, UInt32(fitting), now, limitNanoseconds)
        return fitting == payload.count
    }

    /// Says that a slot's thread has done its work.
    public func end(_ slot: Int) {
        inflight_end(memory, index(slot))
    }

    /// Has fatal signals of this process name the slot of the thread that raised them. The board stays for ever.
    ///
    /// - Throws: `SupervisionError` when the kernel refuses a handler.
    public func recordCrashes() throws(SupervisionError) {
        _ = Unmanaged.passRetained(self)
        if crash_blame_install(memory) == -1 {
            throw SupervisionError(operation: "installing the crash handler", errno: Errno(rawValue: errno))
        }
    }

    /// Gives the calling thread a slot to be blamed by.
    ///
    /// - Parameter slot: The thread's own slot.
    /// - Throws: `SupervisionError` when there is no memory for the handler's stack.
    public func bindThread(to slot: Int) throws(SupervisionError) {
        if crash_blame_bind_thread(CInt(index(slot))) == -1 {
            throw SupervisionError(operation: "binding a thread to slot \(slot)", errno: Errno(rawValue: errno))
        }
    }

    /// Gives the calling thread no slot, but has the parent know when it was the one that crashed.
    ///
    /// - Throws: `SupervisionError` when there is no memory for the handler's stack.
    public func bindKeeperThread() throws(SupervisionError) {
        if crash_blame_bind_thread(CInt(slotCount)) == -1 {
            throw SupervisionError(operation: "binding the keeper's thread", errno: Errno(rawValue: errno))
        }
    }

    /// Undoes `bindThread`, before the thread ends.
    public static func unbindThread() {
        crash_blame_unbind_thread()
    }

    /// Says that a job failed or was set aside, for the exit code of a run whose engine may die before its end.
    public func noteFailure() {
        inflight_note_failure(memory)
    }

    /// Whether this engine, or one before it, has said so.
    public var hasFailures: Bool { inflight_has_failures(memory) != 0 }

    private static func wholeLines(of payload: [UInt8]) -> Int {
        if payload.count <= payloadBytesMaximum { return payload.count }
        let newline = UInt8(ascii: "\n")
        return payload.prefix(payloadBytesMaximum).lastIndex(of: newline).map { $0 + 1 } ?? 0
    }
}
