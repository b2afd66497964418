/// What one compute thread has in flight.
public struct InFlightSlot: Sendable, Equatable {
    /// The slot's number.
    public var index: Int
    /// When the work began, CLOCK_BOOTTIME.
    public var startNanoseconds: Int64
    /// How long it may take.
    public var limitNanoseconds: Int64
    /// What the engine wrote.
    public var payload: [UInt8]

    /// Creates a description.
    public init(index: Int, startNanoseconds: Int64, limitNanoseconds: Int64, payload: [UInt8]) {
        self.index = index
        self.startNanoseconds = startNanoseconds
        self.limitNanoseconds = limitNanoseconds
        self.payload = payload
    }

    /// When the time is over.
    public var deadlineNanoseconds: Int64 {
        let (deadline, overflow) = startNanoseconds.addingReportingOverflow(limitNanoseconds)
        return overflow ? .max : deadline
    }
}

/// How an engine came to its end.
public enum EngineDeath: Sendable, Equatable {
    /// A signal ended it.
    case signal(Int)
    /// It exited with a code.
    case exit(Int)
    /// The parent killed it, because a slot's work took too long.
    case timeout(slot: Int)
}

/// The last death that a board has on record.
public struct EngineDeathRecord: Sendable, Equatable {
    /// How it came.
    public var death: EngineDeath
    /// Whether the attempt still has to be charged to what was in flight.
    public var isChargePending: Bool
    /// The slot whose thread raised the fatal signal, or took too long; nil when nobody knows.
    public var culprit: Int?

    /// Creates a record.
    public init(death: EngineDeath, isChargePending: Bool, culprit: Int?) {
        self.death = death
        self.isChargePending = isChargePending
        self.culprit = culprit
    }
}
