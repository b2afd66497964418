import SystemPackage

/// A change of names that is not durable yet.
struct NameChange: Sendable {
    /// A place for a name.
    struct Slot: Sendable, Hashable {
        var directory: DiskNode.ID
        var name: DiskName
    }

    /// The name that goes: of a removal or a rename.
    var removed: Slot?
    /// The name that comes: of a creation or a rename. Both happen or neither does.
    var added: Slot?
    /// What the name leads to.
    var node: DiskNode.ID
    /// The empty directory that this removes or replaces.
    var endedDirectory: DiskNode.ID?
    /// The directory of the name that goes, while its sync is missing.
    private var unsyncedSource: DiskNode.ID?
    /// The directory of the name that comes, while its sync is missing.
    private var unsyncedTarget: DiskNode.ID?

    init(removed: Slot?, added: Slot?, node: DiskNode.ID, endedDirectory: DiskNode.ID? = nil) {
        self.removed = removed
        self.added = added
        self.node = node
        self.endedDirectory = endedDirectory
        unsyncedSource = removed?.directory
        unsyncedTarget = added?.directory
    }

    /// Whether every directory that it touches has been synced since.
    var isSynced: Bool { unsyncedSource == nil && unsyncedTarget == nil }

    /// Notes the sync of a directory.
    mutating func noteSync(of directory: DiskNode.ID) {
        if unsyncedSource == directory { unsyncedSource = nil }
        if unsyncedTarget == directory { unsyncedTarget = nil }
    }

    /// Whether this cannot have happened without an earlier change: they share a name or a node, or this ends the
    /// directory that the earlier one emptied.
    func depends(on earlier: NameChange) -> Bool {
        if node == earlier.node { return true }
        for slot in [earlier.removed, earlier.added] {
            guard let slot else { continue }
            if slot == removed || slot == added || slot.directory == endedDirectory { return true }
        }
        return false
    }

    /// Adds to a choice among changes, oldest first, all those that the chosen ones depend on.
    static func close(_ chosen: inout [Bool], over changes: [NameChange]) {
        for later in changes.indices.reversed() where chosen[later] {
            for earlier in changes.indices.prefix(later) where !chosen[earlier] {
                chosen[earlier] = changes[later].depends(on: changes[earlier])
            }
        }
    }
}
