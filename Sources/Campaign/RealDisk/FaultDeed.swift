import Glibc
public import SystemPackage

/// What the preloaded library does at a call, or from a call on.
public struct FaultDeed: Sendable, Hashable, CustomStringConvertible {
    /// What happens to the call, and to who made it.
    public enum Act: Sendable, Hashable {
        /// All processes of the run stop before the call, until they are told to go on.
        case stop
        /// The process dies before the call.
        case kill
        /// The process dies after the call.
        case killAfter
        /// Half is written, then the process dies.
        case torn
        /// Half is written, and the call says so.
        case short
        /// The call fails.
        case failure(Errno)
    }

    /// What happens.
    public var act: Act
    /// Whether all processes of the run die, and not only the one that made the call.
    public var killsGroup: Bool
    /// Whether it goes on from that call until it is mended.
    public var isLasting: Bool

    /// Describes a deed.
    public init(_ act: Act, killsGroup: Bool = false, isLasting: Bool = false) {
        self.act = act
        self.killsGroup = killsGroup
        self.isLasting = isLasting
    }

    /// Every deed that changes what comes of a call, those that kill first.
    public static let all: [FaultDeed] =
        [Act.kill, .killAfter, .torn].flatMap { [FaultDeed($0, killsGroup: true), FaultDeed($0)] }
        + ([.short] + [Errno.interrupted, .ioError, .noSpace, .readOnlyFileSystem, .tooManyOpenFiles].map(Act.failure))
        .flatMap { [FaultDeed($0), FaultDeed($0, isLasting: true)] }

    /// Whether a process dies of it.
    public var isDeadly: Bool { act == .kill || act == .killAfter || act == .torn }

    /// Whether it means anything at a call: half a sync does not, nor a descriptor that is wanted by a rename.
    public func hasMeaning(at call: CountedCall) -> Bool {
        switch act {
        case .torn, .short: call.name == "write"
        case .failure(.tooManyOpenFiles): call.name == "create"
        case .failure(.noSpace): call.name != "unlink"
        default: true
        }
    }

    /// "kill group", "errno 5 from then on".
    public var description: String {
        switch act {
        case .stop: "stop"
        case .kill: killsGroup ? "kill group" : "kill process"
        case .killAfter: killsGroup ? "kill group after" : "kill process after"
        case .torn: killsGroup ? "tear, kill group" : "tear, kill process"
        case .short: isLasting ? "shorten from then on" : "shorten"
        case .failure(let error): "errno \(error.rawValue)" + (isLasting ? " from then on" : "")
        }
    }

    /// The variables by which the library knows it.
    var variables: [String: String] {
        let words =
            switch act {
            case .stop: "stop"
            case .kill: "kill"
            case .killAfter: "after"
            case .torn: "torn"
            case .short: "short"
            case .failure(let error): String(error.rawValue)
            }
        var variables = ["FAULT_DO": words]
        if killsGroup { variables["FAULT_WHO"] = "group" }
        if isLasting { variables["FAULT_LASTING"] = "1" }
        return variables
    }
}

/// A call that changes something, as the preloaded library counted it.
public struct CountedCall: Sendable, Hashable, CustomStringConvertible {
    /// `run` for the parent, `engine` for its child.
    public var process: String
    /// What it does: create, write, sync, rename, unlink, mkdir, close.
    public var name: String
    /// On what, below the root.
    public var path: String

    /// Reads "process call path"; nil where it is nothing of the kind.
    init?(words: some StringProtocol) {
        let fields = words.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        process = String(fields[0])
        name = String(fields[1])
        path = String(fields[2])
    }

    /// "engine sync spool/alpha/done".
    public var description: String { "\(process) \(name) \(path)" }
}
