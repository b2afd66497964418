import CLinux

// What the parent reads, and says to the next engine.
extension InFlightBoard {
    /// What is in flight now, or was when the engine died; slots at rest are left out.
    public func slots() -> [InFlightSlot] {
        (0..<slotCount).compactMap { read($0, withPayload: true) }
    }

    /// The slot that is over its time for longest.
    ///
    /// - Parameters:
    ///   - nowNanoseconds: CLOCK_BOOTTIME, as `SystemTimeSource.monotonicNanoseconds` has it.
    ///   - pardoned: What a slot that began at a time is granted beyond its limit.
    /// - Returns: Its number; nil when all are in time.
    public func overdueSlot(nowNanoseconds: Int64, pardoned: (Int64) -> Int64 = { _ in 0 }) -> Int? {
        let first = firstDue(pardoned)
        return first.flatMap { $0.deadline < nowNanoseconds ? $0.slot.index : nil }
    }

    /// When the first slot will be over its time; nil when nothing is in flight.
    ///
    /// - Parameter pardoned: What a slot that began at a time is granted beyond its limit.
    /// - Returns: CLOCK_BOOTTIME in nanoseconds.
    public func nextDeadlineNanoseconds(pardoned: (Int64) -> Int64 = { _ in 0 }) -> Int64? {
        firstDue(pardoned)?.deadline
    }

    private func firstDue(_ pardoned: (Int64) -> Int64) -> (slot: InFlightSlot, deadline: Int64)? {
        (0..<slotCount).compactMap { index in
            read(index, withPayload: false).map { slot in
                let sum = slot.deadlineNanoseconds.addingReportingOverflow(pardoned(slot.startNanoseconds))
                return (slot, sum.overflow ? .max : sum.partialValue)
            }
        }
        .min { $0.1 < $1.1 }
    }

    /// Records how the engine died, for the next one to read; the slots stay as they are.
    ///
    /// - Parameters:
    ///   - death: How it died.
    ///   - chargesAttempt: Whether what was in flight is to be charged with an attempt.
    public func recordDeath(_ death: EngineDeath, chargesAttempt: Bool) {
        let isPending: CInt = chargesAttempt ? 1 : 0
        switch death {
        case .signal(let number):
            inflight_set_death(memory, CInt(INFLIGHT_SIGNAL.rawValue), CInt(number), isPending)
        case .exit(let code):
            inflight_set_death(memory, CInt(INFLIGHT_EXIT.rawValue), CInt(code), isPending)
        case .timeout(let slot):
            inflight_blame(memory, CInt(index(slot)))
            inflight_set_death(memory, CInt(INFLIGHT_TIMEOUT.rawValue), CInt(slot), isPending)
        }
    }

    /// How the last engine died; nil when none has, or when the record was cleared.
    public var lastDeath: EngineDeathRecord? {
        var (cause, value, isPending): (CInt, CInt, CInt) = (0, 0, 0)
        inflight_get_death(memory, &cause, &value, &isPending)
        let death: EngineDeath
        switch inflight_cause(UInt32(cause)) {
        case INFLIGHT_SIGNAL: death = .signal(Int(value))
        case INFLIGHT_EXIT: death = .exit(Int(value))
        case INFLIGHT_TIMEOUT: death = .timeout(slot: Int(value))
        default: return nil
        }
        let culprit = Int(inflight_culprit(memory))
        return EngineDeathRecord(
            death: death,
            isChargePending: isPending != 0,
            culprit: (0..<slotCount).contains(culprit) ? culprit : nil
        )
    }

    /// Whether the fatal signal came from the thread that called `bindKeeperThread`: no slot's work is to blame.
    public var blamesKeeper: Bool { Int(inflight_culprit(memory)) == slotCount }

    /// Forgets the death and what was in flight, once the attempt is on disk and before the threads begin to work.
    public func clear() {
        inflight_clear(memory)
    }

    private func read(_ slot: Int, withPayload: Bool) -> InFlightSlot? {
        var (start, limit, count): (Int64, Int64, UInt32) = (0, 0, 0)
        var isBusy = inflight_read(memory, index(slot), nil, &count, &start, &limit) == 1
        if !isBusy { return nil }
        var payload: [UInt8] = []
        if withPayload {
            payload = [UInt8](unsafeUninitializedCapacity: Self.payloadBytesMaximum) { buffer, initialized in
                isBusy = inflight_read(memory, index(slot), buffer.baseAddress, &count, &start, &limit) == 1
                initialized = isBusy ? Int(count) : 0
            }
        }
        if !isBusy { return nil }
        return InFlightSlot(index: slot, startNanoseconds: start, limitNanoseconds: limit, payload: payload)
    }
}
