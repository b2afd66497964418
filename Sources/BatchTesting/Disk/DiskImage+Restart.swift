import BatchCore
import Spool
import SystemPackage

extension DiskImage {
    /// The disk as the next process finds it.
    func restarted(_ restart: Restart) -> DiskImage {
        switch restart {
        case .process:
            var image = self
            for node in image.nodes.indices {
                while image.nodes[node].readers > 0 { image.closed(node, forWriting: false) }
                while image.nodes[node].writers > 0 { image.closed(node, forWriting: true) }
            }
            return image
        case .powerLoss(let seed):
            var random = SplitMix64(seed: seed)
            return afterPowerLoss(&random)
        }
    }

    private func afterPowerLoss(_ random: inout SplitMix64) -> DiskImage {
        var image = self
        let kept = survivors(&random)
        for (change, isKept) in zip(pending, kept) where isKept { image.makeDurable(change) }
        var result = DiskImage(capacity: capacity, ordering: ordering)
        image.copyDurable(from: Self.root, at: "", into: &result, &random)
        result.syncAllNames()
        return result
    }

    /// Which of the pending changes reached the medium. Their share is drawn first, so that losing and keeping
    /// everything, the cases that matter most, come up often.
    private func survivors(_ random: inout SplitMix64) -> [Bool] {
        let quarters = Int.random(in: 0...4, using: &random)
        switch ordering {
        case .journaled:
            let count = pending.count * quarters / 4
            return pending.indices.map { $0 < count }
        case .arbitrary:
            var kept = pending.map { _ in Int.random(in: 0..<4, using: &random) < quarters }
            NameChange.close(&kept, over: pending)
            return kept
        }
    }

    /// Copies what the durable names lead to, in the order of the names, so that a seed decides alike each time.
    private func copyDurable(
        from directory: DiskNode.ID,
        at path: FilePath,
        into result: inout DiskImage,
        _ random: inout SplitMix64
    ) {
        for (name, source) in nodes[directory].durableNames.sorted(by: { $0.key.precedes($1.key) }) {
            let child = path.appending(name)
            let node = nodes[source]
            let copy = result.place(node.kind, at: child, modifiedSeconds: node.modifiedSeconds)
            if node.kind == .directory {
                copyDurable(from: source, at: child, into: &result, &random)
            } else {
                result.setDurableContent(of: copy, to: node.contentAfterPowerLoss(&random))
            }
        }
    }

    /// Makes a node regardless of the capacity, which a disk that is full after a power loss may exceed.
    mutating func place(_ kind: FileKind, at path: FilePath, modifiedSeconds: Double) -> DiskNode.ID {
        let limit = capacity
        capacity = .unlimited
        defer { capacity = limit }
        do {
            return try make(kind, at: path, modifiedSeconds: modifiedSeconds)
        } catch {
            preconditionFailure("'\(path)' cannot be placed on the simulated disk: \(error)")
        }
    }

    /// Gives a new file content that is on the medium.
    mutating func setDurableContent(of node: DiskNode.ID, to content: [UInt8]) {
        let limit = capacity
        capacity = .unlimited
        defer { capacity = limit }
        do {
            try append(content, to: node, modifiedSeconds: nodes[node].modifiedSeconds)
        } catch {
            preconditionFailure("a disk without limit is full: \(error)")
        }
        nodes[node].sync()
    }
}

extension FilePath.Component {
    /// Orders names by their bytes.
    func precedes(_ other: FilePath.Component) -> Bool {
        withPlatformString { own in
            other.withPlatformString { others in
                var index = 0
                while own[index] == others[index], own[index] != 0 { index += 1 }
                return UInt8(bitPattern: own[index]) < UInt8(bitPattern: others[index])
            }
        }
    }
}
