import Spool
import SystemPackage

/// The state of a simulated disk: nodes, names, and the changes of names that no sync has reached.
///
/// A node keeps its number for ever, so an open file and a pending change can name it.
struct DiskImage: Sendable {
    static let root: DiskNode.ID = 0

    private(set) var pending: [NameChange] = []
    private(set) var usedBytes = 0
    private(set) var usedInodes = 0
    var nodes: [DiskNode]
    var capacity: DiskCapacity
    let ordering: NameOrdering

    init(capacity: DiskCapacity, ordering: NameOrdering) {
        self.capacity = capacity
        self.ordering = ordering
        nodes = [DiskNode(kind: .directory, modifiedSeconds: 0)]
    }

    // MARK: Names

    /// Finds what a path leads to.
    func node(at path: FilePath) throws(Errno) -> DiskNode.ID {
        try node(at: DiskName.components(of: path)[...])
    }

    private func node(at names: ArraySlice<DiskName>) throws(Errno) -> DiskNode.ID {
        var current = Self.root
        for name in names {
            guard nodes[current].kind == .directory else { throw .notDirectory }
            guard let next = nodes[current].names[name] else { throw .noSuchFileOrDirectory }
            current = next
        }
        return current
    }

    /// Finds the directory that a path's last name is in.
    func slot(at path: FilePath) throws(Errno) -> NameChange.Slot {
        let names = DiskName.components(of: path)
        guard let name = names.last else { throw .resourceBusy }
        let directory = try node(at: names.dropLast())
        guard nodes[directory].kind == .directory else { throw .notDirectory }
        return NameChange.Slot(directory: directory, name: name)
    }

    func node(in slot: NameChange.Slot) -> DiskNode.ID? {
        nodes[slot.directory].names[slot.name]
    }

    /// Makes a file or a directory.
    mutating func make(_ kind: FileKind, at path: FilePath, modifiedSeconds: Double) throws(Errno) -> DiskNode.ID {
        guard !DiskName.components(of: path).isEmpty else { throw .fileExists }
        let slot = try slot(at: path)
        guard node(in: slot) == nil else { throw .fileExists }
        guard usedInodes < capacity.inodes else { throw .noSpace }
        return place(kind, in: slot, modifiedSeconds: modifiedSeconds)
    }

    /// Makes a node where no name is, regardless of the capacity.
    mutating func place(_ kind: FileKind, in slot: NameChange.Slot, modifiedSeconds: Double) -> DiskNode.ID {
        let made = nodes.count
        nodes.append(DiskNode(kind: kind, modifiedSeconds: modifiedSeconds))
        usedInodes += 1
        change(NameChange(removed: nil, added: slot, node: made))
        return made
    }

    /// Removes a file or an empty directory.
    mutating func remove(_ kind: FileKind, at path: FilePath) throws(Errno) {
        let slot = try slot(at: path)
        guard let node = node(in: slot) else { throw .noSuchFileOrDirectory }
        if kind == .directory {
            guard nodes[node].kind == .directory else { throw .notDirectory }
            guard nodes[node].names.isEmpty else { throw .directoryNotEmpty }
        } else if nodes[node].kind == .directory {
            throw .isDirectory
        }
        let ended = kind == .directory ? node : nil
        change(NameChange(removed: slot, added: nil, node: node, endedDirectory: ended))
        unlink(node)
    }

    /// Renames as renameat2 does, with its order of errors.
    mutating func rename(_ source: FilePath, to target: FilePath, replacing: Bool) throws(Errno) {
        let from = try slot(at: source)
        let to = try slot(at: target)
        guard let node = node(in: from) else { throw .noSuchFileOrDirectory }
        let replaced = self.node(in: to)
        if replaced != nil, !replacing { throw .fileExists }
        if replaced == node { return }
        guard try !isOrContains(node, in: target) else { throw .invalidArgument }
        if let replaced { try checkReplacement(of: replaced, by: node) }
        let ended = replaced.flatMap { nodes[$0].kind == .directory ? $0 : nil }
        change(NameChange(removed: from, added: to, node: node, endedDirectory: ended))
        if let replaced { unlink(replaced) }
    }

    /// Whether a path goes through a node, which would then be moved into itself.
    private func isOrContains(_ node: DiskNode.ID, in path: FilePath) throws(Errno) -> Bool {
        var parent = DiskName.components(of: path).dropLast()
        while !parent.isEmpty {
            if try self.node(at: parent) == node { return true }
            parent.removeLast()
        }
        return false
    }

    private func checkReplacement(of replaced: DiskNode.ID, by node: DiskNode.ID) throws(Errno) {
        switch (nodes[node].kind, nodes[replaced].kind) {
        case (.directory, .directory): if !nodes[replaced].names.isEmpty { throw .directoryNotEmpty }
        case (.directory, _): throw .notDirectory
        case (_, .directory): throw .isDirectory
        default: break
        }
    }

    private mutating func change(_ change: NameChange) {
        if let slot = change.removed { nodes[slot.directory].names[slot.name] = nil }
        if let slot = change.added { nodes[slot.directory].names[slot.name] = change.node }
        pending.append(change)
    }

    // MARK: Content

    /// Appends what fits.
    mutating func append(_ bytes: some Collection<UInt8>, to node: DiskNode.ID, modifiedSeconds: Double) throws(Errno) {
        let fitting = bytes.prefix(max(0, capacity.bytes - usedBytes))
        nodes[node].content += fitting
        nodes[node].modifiedSeconds = modifiedSeconds
        usedBytes += fitting.count
        if fitting.count < bytes.count { throw .noSpace }
    }

    /// Gives a new file content that is on the medium, regardless of the capacity.
    mutating func setDurableContent(of node: DiskNode.ID, to content: [UInt8]) {
        nodes[node].content = content
        nodes[node].durableContent = content
        usedBytes += content.count
    }

    /// Makes a file's content durable, and with a journal every name up to now.
    mutating func sync(_ node: DiskNode.ID) {
        nodes[node].sync()
        if ordering == .journaled { syncAllNames() }
    }

    /// Makes the names in a directory durable.
    mutating func syncNames(in directory: DiskNode.ID) {
        if ordering == .journaled { return syncAllNames() }
        for index in pending.indices { pending[index].noteSync(of: directory) }
        settle(where: \.isSynced)
    }

    /// Makes every name durable.
    mutating func syncAllNames() {
        for change in pending { makeDurable(change) }
        pending = []
    }

    // MARK: Life and death of nodes

    mutating func opened(_ node: DiskNode.ID, forWriting: Bool) {
        if forWriting { nodes[node].writers += 1 } else { nodes[node].readers += 1 }
    }

    mutating func closed(_ node: DiskNode.ID, forWriting: Bool) {
        if forWriting { nodes[node].writers -= 1 } else { nodes[node].readers -= 1 }
        freeIfUnused(node)
    }

    private mutating func unlink(_ node: DiskNode.ID) {
        nodes[node].linked = false
        freeIfUnused(node)
    }

    /// Gives back the space; the content stays, since a power loss may bring the name back.
    private mutating func freeIfUnused(_ node: DiskNode.ID) {
        guard !nodes[node].linked, nodes[node].readers + nodes[node].writers == 0 else { return }
        usedBytes -= nodes[node].content.count
        usedInodes -= 1
    }

    /// Moves the changes that are durable, and what they depend on, from the pending ones to the medium.
    private mutating func settle(where isDurable: (NameChange) -> Bool) {
        var durable = pending.map(isDurable)
        guard durable.contains(true) else { return }
        NameChange.close(&durable, over: pending)
        for (index, change) in pending.enumerated() where durable[index] { makeDurable(change) }
        pending = zip(pending, durable).filter { !$0.1 }.map(\.0)
    }

    mutating func makeDurable(_ change: NameChange) {
        if let slot = change.removed { nodes[slot.directory].durableNames[slot.name] = nil }
        if let slot = change.added { nodes[slot.directory].durableNames[slot.name] = change.node }
    }
}
