public import BatchCore
import SystemPackage

/// Finds answers kept for other nights that belong to no queue any more; reads only.
///
/// The next start of batchd removes them too. A daemon that still has such a cache open computes what it held.
public struct CacheSweep {
    private let disk: any FileSystem
    private let caching: Set<String>
    private let time: any TimeSource

    /// Creates a sweep.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - caching: The queues that keep answers.
    ///   - time: The clock that ages are counted by.
    public init(disk: any FileSystem, caching: Set<String>, time: any TimeSource) {
        self.disk = disk
        self.caching = caching
        self.time = time
    }

    /// The caches of no queue, by name.
    public func findings() -> SweepFindings {
        var findings = SweepFindings()
        let names: [String]
        do throws(FileSystemError) {
            names = try disk.cacheNames()
        } catch {
            findings.failures.append(SweepFailure(SpoolLayout.caches, error))
            return findings
        }
        for name in names where !caching.contains(name) {
            let path = SpoolLayout.cache(of: name)
            findings.add(path) { () throws(FileSystemError) -> SweepItem? in
                guard let status = try disk.status(of: path) else { return nil }
                return SweepItem(
                    queue: name,
                    place: .cache,
                    path: path,
                    bytes: try disk.treeBytes(of: path, status),
                    ageDays: max(Int((time.wallSeconds - status.modifiedSeconds) / 86_400), 0),
                    keptDays: 0,
                    since: "its last change",
                    status: status
                )
            }
        }
        return findings
    }
}

extension FileSystem {
    /// The queues for which answers are kept, by name.
    func cacheNames() throws(FileSystemError) -> [String] {
        guard try status(of: SpoolLayout.caches)?.kind == .directory else { return [] }
        return try entries(of: SpoolLayout.caches, maximum: .max).map(\.name.string).sorted()
    }

    /// What a file or directory takes up, with all that is in it, in bytes.
    func treeBytes(of path: FilePath, _ status: FileStatus) throws(FileSystemError) -> Int {
        guard status.kind == .directory else { return status.bytes }
        var sum = 0
        for entry in try entries(of: path, maximum: .max) {
            let inner = path.appending(entry.name)
            // It may be removed at this very moment.
            if let status = try self.status(of: inner) { sum += try treeBytes(of: inner, status) }
        }
        return sum
    }
}
