import SystemPackage

/// How much the answers take that queues keep for other nights, and what of them belongs to no queue.
public struct CacheDiagnosis {
    private let disk: any FileSystem
    private let bounds: [String: Int]
    private let undecided: Set<String>

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - bounds: How much each queue may keep, in bytes; queues that keep nothing are left out.
    ///   - undecided: Queues of which that is not known.
    public init(disk: any FileSystem, bounds: [String: Int], undecided: Set<String> = []) {
        self.disk = disk
        self.bounds = bounds
        self.undecided = undecided
    }

    /// A finding for each cache.
    ///
    /// - Returns: What was found; nothing where nothing is kept.
    public func findings() -> [Finding] {
        do throws(FileSystemError) {
            return try disk.cacheNames().filter { !undecided.contains($0) }.map(finding)
        } catch {
            return [.unseen(.space, SpoolLayout.caches.string, error)]
        }
    }

    private func finding(_ queue: String) -> Finding {
        let path = SpoolLayout.cache(of: queue)
        do throws(FileSystemError) {
            let bytes = try disk.status(of: path).map { status throws(FileSystemError) in
                try disk.treeBytes(of: path, status)
            }
            let size = (bytes ?? 0).bytesInWords
            if let bound = bounds[queue] {
                return Finding(.space, .ok, path.string, "\(size) of \(bound.bytesInWords) (cache)")
            }
            return Finding(
                .space,
                .note,
                path.string,
                "\(size) of answers that no queue keeps: '\(queue)' is gone, or has no 'cache' any more",
                advice: "batchd gc --apply, or leave it to the next start"
            )
        } catch {
            return .unseen(.space, path.string, error)
        }
    }
}
