public import SystemPackage

/// What goes wrong on a simulated disk, and when.
public struct FaultPlan: Sendable, Equatable {
    /// A way to go wrong.
    public enum Fault: Sendable, Hashable {
        /// The process dies before the call does anything.
        case killBefore
        /// The process dies when the call has done its work.
        case killAfter
        /// Half of a write is done, then the process dies; any other call is as with `killBefore`.
        case tornWrite
        /// One call fails and does nothing.
        case failOnce(Errno)
        /// This call and all later ones that match fail and do nothing.
        case failFromThenOn(Errno)
    }

    /// The fault strikes the first matching call whose number is this or greater.
    public var call: Int
    /// What happens.
    public var fault: Fault
    /// The operations that match.
    public var operations: Set<DiskOperation>
    /// Paths at or below these match; all where there are none. A rename matches by its source or its target.
    public var places: [FilePath]

    /// Plans one fault.
    public init(
        call: Int,
        _ fault: Fault,
        operations: Set<DiskOperation> = Set(DiskOperation.allCases),
        below: FilePath = ""
    ) {
        self.call = call
        self.fault = fault
        self.operations = operations
        places = below.isEmpty ? [] : [below]
    }

    func matches(_ call: DiskCall) -> Bool {
        guard call.index >= self.call, operations.contains(call.operation) else { return false }
        if places.isEmpty { return true }
        return places.contains { call.path.starts(with: $0) || (call.target?.starts(with: $0) ?? false) }
    }
}
