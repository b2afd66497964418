import BatchCore
import Spool
import Synchronization
public import SystemPackage

/// What a test does behind the process's back: none of it is counted, fails, or needs a living process.
extension SimulatedDisk {
    /// The changing calls so far, in order.
    public var calls: [DiskCall] { state.withLock { $0.calls } }

    /// Whether a planned kill has struck.
    public var isDead: Bool { state.withLock { $0.isDead } }

    /// Sets what goes wrong from here on; calls are counted on.
    public func setPlan(_ plan: FaultPlan?) {
        state.withLock { $0.plans = plan.map { [$0] } ?? [] }
    }

    /// Sets all that goes wrong from here on; calls are counted on.
    public func setPlans(_ plans: [FaultPlan]) {
        state.withLock { $0.plans = plans }
    }

    /// How many changing calls there were.
    public var callCount: Int { state.withLock { $0.callCount } }

    /// Changes how much the disk holds, as somebody who fills or cleans it does.
    public func setCapacity(_ capacity: DiskCapacity) {
        state.withLock { $0.image.capacity = capacity }
    }

    /// The disk as the next process finds it, now or after the planned kill; this one stays as it is.
    ///
    /// - Parameters:
    ///   - restart: What happened between the processes.
    ///   - plan: What goes wrong in the next life, whose calls are counted from 1.
    /// - Returns: A disk of its own.
    public func afterRestart(_ restart: Restart, plan: FaultPlan? = nil) -> SimulatedDisk {
        let (image, listingOrder) = state.withLock { ($0.image.restarted(restart), $0.listingOrder) }
        return SimulatedDisk(clock: clock, image: image, plan: plan, listingOrder: listingOrder)
    }

    /// Puts a durable file there, as another program does, replacing one of that name; makes missing directories.
    public func drop(_ content: [UInt8], at path: FilePath) {
        let modified = clock.wallSeconds
        dropDirectory(path.removingLastComponent())
        state.withLock { state in
            if (try? state.image.node(at: path)) != nil { try? state.image.remove(.regular, at: path) }
            let node = state.image.place(.regular, at: path, modifiedSeconds: modified)
            state.image.setDurableContent(of: node, to: content)
        }
    }

    /// Puts a durable directory there, and those above it.
    public func dropDirectory(_ path: FilePath) {
        let modified = clock.wallSeconds
        state.withLock { state in
            var current = FilePath("")
            for name in path.components {
                current.append(name)
                if (try? state.image.node(at: current)) != nil { continue }
                state.image.place(.directory, at: current, modifiedSeconds: modified)
            }
        }
    }

    /// Removes a file or a whole directory for good, as whoever collects results does.
    public func collect(_ path: FilePath) {
        let names = state.withLock { state in
            (try? state.image.node(at: path)).map { Array(state.image.nodes[$0].names.keys) } ?? []
        }
        for name in names { collect(path.appending(name.component)) }
        state.withLock { state in
            guard let node = try? state.image.node(at: path) else { return }
            state.image.syncNames(in: node)
            try? state.image.remove(state.image.nodes[node].kind, at: path)
            state.image.syncParent(of: path)
        }
    }

    /// Renames as another program does that syncs nothing, so that a power loss may undo it.
    ///
    /// - Returns: Whether there was something to rename, and nothing in its way.
    public func move(_ source: FilePath, to target: FilePath) -> Bool {
        state.withLock { state in
            (try? state.image.rename(source, to: target, replacing: false)) != nil
        }
    }

    /// Makes a file look written now, as a program does that has it open and writes what is there already.
    public func touch(_ path: FilePath) {
        let modified = clock.wallSeconds
        state.withLock { state in
            guard let node = try? state.image.node(at: path) else { return }
            state.image.nodes[node].modifiedSeconds = modified
        }
    }

    /// Flips a bit of a file, in memory and on the medium, as a failing disk does.
    public func flip(bit: Int, ofByte offset: Int, in path: FilePath) {
        state.withLock { state in
            guard let node = try? state.image.node(at: path) else { return }
            state.image.nodes[node].flip(bit: bit, ofByte: offset)
        }
    }

    /// Bytes of content that the disk holds.
    public var usedBytes: Int { state.withLock { $0.image.usedBytes } }

    /// The names in a directory, in order; none where there is no directory.
    public func listing(of directory: FilePath) -> [String] {
        state.withLock { state in
            guard let node = try? state.image.node(at: directory) else { return [] }
            return state.image.nodes[node].names.keys.sorted { $0.precedes($1) }.map(\.component.string)
        }
    }

    /// The content of a file; nil where there is none.
    public func content(of path: FilePath) -> [UInt8]? {
        state.withLock { state in
            guard let node = try? state.image.node(at: path), state.image.nodes[node].kind == .regular else {
                return nil
            }
            return state.image.nodes[node].content
        }
    }

    /// Everything below a directory: files with their content, directories with nil, in the order of their names.
    public func tree(below path: FilePath = "") -> [(path: FilePath, content: [UInt8]?)] {
        state.withLock { state in
            guard let node = try? state.image.node(at: path) else { return [] }
            return state.image.tree(below: node, at: path)
        }
    }
}

extension DiskImage {
    /// Makes a node, regardless of the capacity, whose name is durable at once.
    @discardableResult
    fileprivate mutating func place(_ kind: FileKind, at path: FilePath, modifiedSeconds: Double) -> DiskNode.ID {
        guard let slot = try? slot(at: path) else {
            preconditionFailure("'\(path)' leads through something that is no directory")
        }
        let node = place(kind, in: slot, modifiedSeconds: modifiedSeconds)
        syncNames(in: slot.directory)
        return node
    }

    fileprivate mutating func syncParent(of path: FilePath) {
        if let slot = try? slot(at: path) { syncNames(in: slot.directory) }
    }

    fileprivate func tree(below node: DiskNode.ID, at path: FilePath) -> [(path: FilePath, content: [UInt8]?)] {
        nodes[node].names.sorted { $0.key.precedes($1.key) }.flatMap { name, child in
            let childPath = path.appending(name.component)
            if nodes[child].kind == .directory {
                return [(childPath, nil)] + tree(below: child, at: childPath)
            }
            return [(childPath, nodes[child].content)]
        }
    }
}
