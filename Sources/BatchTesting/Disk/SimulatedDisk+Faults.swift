public import Spool
import Synchronization
import SystemPackage

extension SimulatedDisk {
    /// Makes one changing call: counts it, logs it, and lets the plan strike.
    ///
    /// - Parameters:
    ///   - operation: What is called.
    ///   - path: On what.
    ///   - target: The target of a rename.
    ///   - torn: What half of the call does; nothing unless given.
    ///   - failed: What the call does though it fails by plan; nothing unless given.
    ///   - body: The call.
    /// - Returns: What `body` returned.
    /// - Throws: `FileSystemError`: the planned one, that of a dead process, or the call's own.
    func change<Result: Sendable>(
        _ operation: DiskOperation,
        _ path: FilePath,
        target: FilePath? = nil,
        torn: (inout DiskImage) -> Void = { _ in },
        failed: (inout DiskImage) -> Void = { _ in },
        _ body: (inout DiskImage) throws(Errno) -> Result
    ) throws(FileSystemError) -> Result {
        try query(operation.errorName, path) { (state) throws(Errno) in
            let call = DiskCall(index: state.calls.count + 1, operation: operation, path: path, target: target)
            state.calls.append(call)
            guard let index = state.plans.firstIndex(where: { $0.matches(call) }) else { return try body(&state.image) }
            switch state.plans[index].fault {
            case .killBefore:
                state.isDead = true
            case .killAfter:
                state.isDead = true
                _ = try? body(&state.image)
            case .tornWrite:
                state.isDead = true
                torn(&state.image)
            case .failOnce(let errno):
                state.plans.remove(at: index)
                failed(&state.image)
                throw errno
            case .failFromThenOn(let errno):
                failed(&state.image)
                throw errno
            }
            throw .simulatedDeath
        }
    }

    /// Makes one call that changes nothing on the disk; a dead process makes none.
    func query<Result: Sendable>(
        _ operation: String,
        _ path: FilePath,
        _ body: (inout State) throws(Errno) -> Result
    ) throws(FileSystemError) -> Result {
        do throws(Errno) {
            return try state.withLock { (state) throws(Errno) in
                if state.isDead { throw .simulatedDeath }
                return try body(&state)
            }
        } catch {
            throw FileSystemError(operation: operation, path: path, errno: error)
        }
    }
}

extension Errno {
    /// What every call of a killed process throws, `ESHUTDOWN`.
    static var simulatedDeath: Errno { Errno(rawValue: 108) }
}

extension FileSystemError {
    /// Whether this is a simulated disk's way to say that the process is dead.
    public var isSimulatedDeath: Bool { errno == .simulatedDeath }
}

extension DiskOperation {
    /// The words that `LinuxFileSystem` puts in its errors.
    var errorName: String {
        switch self {
        case .create, .write, .sync, .close, .rename: rawValue
        case .makeDirectory: "make directory"
        case .removeFile: "remove file"
        case .removeDirectory: "remove directory"
        case .syncDirectory: "sync directory"
        }
    }
}
