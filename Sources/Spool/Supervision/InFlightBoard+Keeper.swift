import CLinux

// How far the keeper's thread is. Its slot comes after those of the compute threads and is never charged.
extension InFlightBoard {
    /// Says how far the keeper is; its thread alone calls this, and sets the time.
    public func report(_ note: KeeperNote) {
        let payload = note.payload
        let now = SystemTimeSource.monotonicNanoseconds
        inflight_begin(memory, UInt32(slotCount), payload, UInt32(payload.count), now, .max)
    }

    /// What the keeper said last; nil before its first word, and for an instant while it speaks.
    public var keeperNote: KeeperNote? {
        var (start, limit, count): (Int64, Int64, UInt32) = (0, 0, 0)
        var isSaid = false
        let payload = [UInt8](unsafeUninitializedCapacity: Self.payloadBytesMaximum) { buffer, initialized in
            isSaid = inflight_read(memory, UInt32(slotCount), buffer.baseAddress, &count, &start, &limit) == 1
            initialized = isSaid ? Int(count) : 0
        }
        return isSaid ? KeeperNote(payload: payload, beatNanoseconds: start) : nil
    }

    /// Forgets what the keeper of a former engine said; to be called while no engine lives.
    public func forgetKeeper() {
        if keeperNote != nil { inflight_end(memory, UInt32(slotCount)) }
    }
}
