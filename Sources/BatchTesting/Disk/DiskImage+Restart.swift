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
        image.copyDurable(from: Self.root, to: Self.root, of: &result, &random)
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
        to copiedDirectory: DiskNode.ID,
        of result: inout DiskImage,
        _ random: inout SplitMix64
    ) {
        for (name, source) in nodes[directory].durableNames.sorted(by: { $0.key.precedes($1.key) }) {
            let node = nodes[source]
            let slot = NameChange.Slot(directory: copiedDirectory, name: name)
            let copy = result.place(node.kind, in: slot, modifiedSeconds: node.modifiedSeconds)
            if node.kind == .directory {
                copyDurable(from: source, to: copy, of: &result, &random)
            } else {
                result.setDurableContent(of: copy, to: node.contentAfterPowerLoss(&random))
            }
        }
    }
}
