import BatchCore
import Spool
import SystemPackage

/// A file or a directory of a simulated disk, with what a running process sees and what a power loss leaves.
struct DiskNode: Sendable {
    typealias ID = Int

    let kind: FileKind
    var modifiedSeconds: Double
    /// The content as processes see it; files only grow.
    var content: [UInt8] = []
    /// What is on the medium for sure.
    var durableContent: [UInt8] = []
    /// The names in a directory as processes see them.
    var names: [DiskName: ID] = [:]
    /// The names that are on the medium for sure.
    var durableNames: [DiskName: ID] = [:]
    /// Whether a name leads here; an open file may have none.
    var linked = true
    var readers = 0
    var writers = 0

    init(kind: FileKind, modifiedSeconds: Double) {
        self.kind = kind
        self.modifiedSeconds = modifiedSeconds
    }

    /// Makes the content durable.
    mutating func sync() {
        durableContent += content[durableContent.count...]
    }

    /// A sync that fails drops the dirty pages and marks them clean: the next one succeeds and the data are gone.
    mutating func loseUnsynced() {
        durableContent += [UInt8](repeating: 0, count: content.count - durableContent.count)
    }

    /// Flips a bit wherever the byte is.
    mutating func flip(bit: Int, ofByte offset: Int) {
        if content.indices.contains(offset) { content[offset] ^= 1 << UInt8(bit) }
        if durableContent.indices.contains(offset) { durableContent[offset] ^= 1 << UInt8(bit) }
    }

    /// The content after a power loss: what was synced, and of the rest nothing, a part, zeros, some sectors, or all.
    func contentAfterPowerLoss(_ random: inout SplitMix64) -> [UInt8] {
        let unsynced = content[durableContent.count...]
        if unsynced.isEmpty { return durableContent }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return durableContent
        case 1: return durableContent + unsynced.prefix(Int.random(in: 0..<unsynced.count, using: &random))
        case 2: return durableContent + [UInt8](repeating: 0, count: unsynced.count)
        case 3: return withSomeSectors(&random)
        default: return durableContent + unsynced
        }
    }

    /// What is written to a medium in one piece, in bytes.
    private static let sectorBytes = 512

    private func withSomeSectors(_ random: inout SplitMix64) -> [UInt8] {
        var result = content
        for start in stride(from: 0, to: content.count, by: Self.sectorBytes) where Bool.random(using: &random) {
            for index in start..<min(start + Self.sectorBytes, content.count) where index >= durableContent.count {
                result[index] = 0
            }
        }
        return result
    }
}
