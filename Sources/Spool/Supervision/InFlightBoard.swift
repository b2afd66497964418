import CLinux
import Glibc
public import SystemPackage

/// Shared memory in which an engine says what each compute thread works on, for the parent to read when it dies, and
/// how far the keeper's thread is.
///
/// The parent makes it and every engine inherits its descriptor, so it outlives each of them. Each slot is written by
/// one thread at a time.
///
/// `@unchecked Sendable`: all memory behind the pointer is read and written by C11 atomics under a sequence lock per
/// slot, and the pointer itself never changes.
public final class InFlightBoard: @unchecked Sendable {
    /// The longest payload of one slot.
    public static let payloadBytesMaximum = Int(INFLIGHT_PAYLOAD_BYTES)

    /// The number of slots, one per compute thread.
    public let slotCount: Int

    /// What a child inherits.
    public let descriptor: FileDescriptor

    let memory: OpaquePointer
    private let mappedBytes: Int

    /// Makes an empty board.
    ///
    /// - Parameter slotCount: One per compute thread, at least 1.
    /// - Throws: `SupervisionError` when the memory is not to be had.
    public convenience init(slotCount: Int) throws(SupervisionError) {
        let slots = UInt32(clamping: slotCount)
        let descriptor = linux_sealed_memory("batchd-in-flight", inflight_bytes(slots))
        if descriptor == -1 { throw Self.failure() }
        try self.init(owning: descriptor) { inflight_format($0, slots) }
    }

    /// Uses the board of the parent.
    ///
    /// - Parameter descriptor: The inherited descriptor, which this now owns.
    /// - Throws: `SupervisionError`, with `EINVAL` when it is not the board of this build.
    public convenience init(inherited descriptor: FileDescriptor) throws(SupervisionError) {
        if linux_set_close_on_exec(descriptor.rawValue) == -1 { throw Self.failure() }
        try self.init(owning: descriptor.rawValue) { _ in }
    }

    private init(owning descriptor: CInt, prepare: (OpaquePointer) -> Void) throws(SupervisionError) {
        var bytes = 0
        guard let memory = inflight_map(descriptor, &bytes) else {
            let failure = Self.failure()
            close(descriptor)
            throw failure
        }
        prepare(memory)
        self.descriptor = FileDescriptor(rawValue: descriptor)
        self.memory = memory
        mappedBytes = bytes
        slotCount = Int(inflight_slots(memory, bytes))
        if slotCount == 0 { throw SupervisionError(operation: "mapping the in-flight board", errno: .invalidArgument) }
    }

    deinit {
        inflight_unmap(memory, mappedBytes)
        close(descriptor.rawValue)
    }

    /// Checks a slot's number.
    func index(_ slot: Int) -> UInt32 {
        precondition((0..<slotCount).contains(slot), "slot \(slot) of a board with \(slotCount)")
        return UInt32(slot)
    }

    private static func failure() -> SupervisionError {
        SupervisionError(operation: "mapping the in-flight board", errno: Errno(rawValue: errno))
    }
}
