public import BatchCore
public import Spool
import Synchronization
public import SystemPackage

/// A disk in memory that counts every changing call, fails where it is told to, and forgets what was not synced.
///
/// When a planned kill has struck, every call throws `ESHUTDOWN` and nothing changes any more; `afterRestart` gives
/// the disk as the next process finds it. Equal calls give an equal disk, whatever the machine.
public final class SimulatedDisk: FileSystem {
    struct State: Sendable {
        var image: DiskImage
        var plans: [FaultPlan]
        var calls: [DiskCall] = []
        var isDead = false
        var listingOrder: SplitMix64

        var callCount: Int { calls.count }
    }

    /// What files' modification times are taken from.
    public let clock: any TimeSource

    let state: Mutex<State>

    /// Makes an empty disk.
    ///
    /// - Parameters:
    ///   - clock: What files' modification times are taken from.
    ///   - capacity: How much it holds.
    ///   - ordering: In which order names become durable.
    ///   - plan: What goes wrong.
    ///   - listingSeed: Draws the orders in which directories are listed.
    public init(
        clock: any TimeSource = ManualClock(),
        capacity: DiskCapacity = .unlimited,
        ordering: NameOrdering = .arbitrary,
        plan: FaultPlan? = nil,
        listingSeed: UInt64 = 1
    ) {
        self.clock = clock
        state = Mutex(
            State(
                image: DiskImage(capacity: capacity, ordering: ordering),
                plans: plan.map { [$0] } ?? [],
                listingOrder: SplitMix64(seed: listingSeed)
            )
        )
    }

    init(clock: any TimeSource, image: DiskImage, plan: FaultPlan?, listingOrder: SplitMix64) {
        self.clock = clock
        state = Mutex(State(image: image, plans: plan.map { [$0] } ?? [], listingOrder: listingOrder))
    }

    /// Opens a regular file.
    public func open(_ path: FilePath, _ access: FileAccess) throws(FileSystemError) -> any OpenFile {
        let modified = clock.wallSeconds
        let node: DiskNode.ID
        switch access {
        case .read:
            node = try query("open", path) { (state) throws(Errno) in
                let node = try state.image.node(at: path)
                guard state.image.nodes[node].kind == .regular else { throw .invalidArgument }
                state.image.opened(node, forWriting: false)
                return node
            }
        case .createNew:
            node = try change(.create, path) { (image) throws(Errno) in
                let node = try image.make(.regular, at: path, modifiedSeconds: modified)
                image.opened(node, forWriting: true)
                return node
            }
        }
        return SimulatedOpenFile(disk: self, node: node, path: path, isWriter: access == .createNew)
    }

    /// Renames with the errors of renameat2.
    public func rename(
        _ source: FilePath,
        to target: FilePath,
        replacing: Bool
    ) throws(FileSystemError) {
        try change(.rename, source, target: target) { (image) throws(Errno) in
            try image.rename(source, to: target, replacing: replacing)
        }
    }

    /// Makes one directory.
    public func makeDirectory(_ path: FilePath) throws(FileSystemError) {
        let modified = clock.wallSeconds
        try change(.makeDirectory, path) { (image) throws(Errno) in
            _ = try image.make(.directory, at: path, modifiedSeconds: modified)
        }
    }

    /// Lists a directory, each time in another order.
    public func entries(of path: FilePath, maximum: Int) throws(FileSystemError) -> [DirectoryEntry] {
        try query("list", path) { (state) throws(Errno) in
            let directory = state.image.nodes[try state.image.node(at: path)]
            guard directory.kind == .directory else { throw .notDirectory }
            let sorted = directory.names.sorted { $0.key.precedes($1.key) }
            let nodes = state.image.nodes
            return sorted.shuffled(using: &state.listingOrder).prefix(maximum).map {
                DirectoryEntry(name: $0.key.component, kind: nodes[$0.value].kind)
            }
        }
    }

    /// Describes what is at a path; nil where nothing is.
    public func status(of path: FilePath) throws(FileSystemError) -> FileStatus? {
        try query("stat", path) { (state) throws(Errno) in
            do throws(Errno) {
                return state.image.status(of: try state.image.node(at: path))
            } catch {
                if error == .noSuchFileOrDirectory { return nil }
                throw error
            }
        }
    }

    /// Removes a file.
    public func removeFile(_ path: FilePath) throws(FileSystemError) {
        try change(.removeFile, path) { (image) throws(Errno) in try image.remove(.regular, at: path) }
    }

    /// Removes an empty directory.
    public func removeDirectory(_ path: FilePath) throws(FileSystemError) {
        try change(.removeDirectory, path) { (image) throws(Errno) in try image.remove(.directory, at: path) }
    }

    /// Makes the names in a directory durable.
    public func syncDirectory(_ path: FilePath) throws(FileSystemError) {
        try change(.syncDirectory, path) { (image) throws(Errno) in
            let directory = try image.node(at: path)
            guard image.nodes[directory].kind == .directory else { throw .notDirectory }
            image.syncNames(in: directory)
        }
    }

    /// What is left of the capacity.
    public func space() throws(FileSystemError) -> FreeSpace {
        try query("statvfs", "") { (state) throws(Errno) in
            let image = state.image
            return FreeSpace(
                bytes: max(0, image.capacity.bytes - image.usedBytes),
                inodes: max(0, image.capacity.inodes - image.usedInodes)
            )
        }
    }

    /// Whether a file that was created here has not been closed yet.
    public func writers(of path: FilePath) throws(FileSystemError) -> WriterPresence {
        try query("lease", path) { (state) throws(Errno) in
            let node = state.image.nodes[try state.image.node(at: path)]
            guard node.kind == .regular else { throw .invalidArgument }
            return node.writers > 0 ? .some : .none
        }
    }
}

extension DiskImage {
    func status(of node: DiskNode.ID) -> FileStatus {
        let node = nodes[node]
        return FileStatus(kind: node.kind, bytes: node.content.count, modifiedSeconds: node.modifiedSeconds)
    }
}
