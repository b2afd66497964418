import CLinux
import SystemPackage

/// Whether the directories of a root are there, on one mount of one fit file system, and announce what comes.
public struct DirectoryDiagnosis {
    private let disk: LinuxFileSystem
    private let queues: [String]
    private let pollSeconds: Double
    private let allowsNetwork: Bool

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queues: The names of its queues.
    ///   - pollSeconds: How often directories are read that announce nothing.
    ///   - allowsNetwork: Whether an operator has taken the risk of a network file system.
    public init(disk: LinuxFileSystem, queues: [String], pollSeconds: Double, allowsNetwork: Bool) {
        self.disk = disk
        self.queues = queues
        self.pollSeconds = pollSeconds
        self.allowsNetwork = allowsNetwork
    }

    /// The directories of the root and of all queues.
    ///
    /// - Returns: What was found.
    public func findings() -> [Finding] {
        do throws(FileSystemError) {
            let root = try disk.place(of: "")
            let directories = SpoolLayout.directories + queues.flatMap { QueueLayout(queue: $0).directories }
            var there: [FilePath] = []
            for directory in directories where try isThere(directory) { there.append(directory) }
            let wrong = there.compactMap { placement(of: $0, root: root) }
            return [fileSystem(root), summary(there.count - wrong.count, missing: directories.count - there.count)]
                + wrong + queues.map { QueueLayout(queue: $0).incoming }.filter(there.contains).map(notification)
        } catch {
            return [.unseen(.disk, ".", error)]
        }
    }

    /// Whether something is there, or may be: what cannot be asked is judged where it is looked at.
    private func isThere(_ path: FilePath) throws(FileSystemError) -> Bool {
        do throws(FileSystemError) {
            return try disk.status(of: path) != nil
        } catch {
            guard error.isRefusal else { throw error }
            return true
        }
    }

    private func summary(_ sound: Int, missing: Int) -> Finding {
        let seen = "\(sound) in place, on one mount"
        guard missing > 0 else { return Finding(.disk, .ok, "directories", seen) }
        return Finding(.disk, .note, "directories", "\(seen); \(missing) not there yet, the next run makes them")
    }

    private func fileSystem(_ root: Place) -> Finding {
        let name = root.fileSystem
        switch root.character {
        case .network:
            let seen = "\(name): a rename that was reported as failed may have happened, and locks may be lost"
            guard !allowsNetwork else {
                return Finding(.disk, .warning, ".", seen, advice: "move the root to a local disk")
            }
            return Finding(
                .disk,
                .error,
                ".",
                seen,
                advice: "move the root to a local disk, or take the risk with 'allow_network_root: true' in batchd.yaml"
            )
        case .memory:
            let advice = "keep only what may be lost here; move the root to ext4, XFS or Btrfs for anything else"
            return Finding(.disk, .warning, ".", "\(name): gone with the next reboot", advice: advice)
        case .local:
            return Finding(.disk, .ok, ".", name)
        case .unknown:
            return Finding(.disk, .note, ".", "file system \(name), on which batchd was not tried")
        }
    }

    /// What is wrong with where a directory lies; nil where nothing is.
    private func placement(of directory: FilePath, root: Place) -> Finding? {
        do throws(FileSystemError) {
            let place = try disk.place(of: directory)
            guard place.isDirectory else {
                let advice = "put a directory there, with what belongs into it"
                return Finding(.disk, .error, directory.string, "no directory, but a link or a file", advice: advice)
            }
            guard place.isOnSameMount(as: root) else {
                return Finding(
                    .disk,
                    .error,
                    directory.string,
                    "another mount (\(place.fileSystem)) than the root's: nothing can be renamed to or from it",
                    advice: "unmount it (systemd: name the root alone in ReadWritePaths=), or move the root there"
                )
            }
            return nil
        } catch {
            return .unseen(.disk, directory.string, error)
        }
    }

    private func notification(of incoming: FilePath) -> Finding {
        let polled = "it is read every \(pollSeconds.plain) s (poll_seconds)"
        do throws(SupervisionError) {
            let watcher = try SpoolWatcher(root: disk.root)
            if watcher.watch(incoming) {
                return Finding(.disk, .ok, incoming.string, "announces new files; besides, \(polled)")
            }
            guard let limitation = watcher.limitation else { return Finding(.disk, .note, incoming.string, polled) }
            return unannounced(incoming, because: limitation, polled)
        } catch {
            return unannounced(incoming, because: error, polled)
        }
    }

    private func unannounced(_ path: FilePath, because error: SupervisionError, _ polled: String) -> Finding {
        switch error.errno {
        case .permissionDenied: .unseen(.disk, path.string, .init(operation: "watch", path: path, errno: error.errno))
        default:
            Finding(
                .disk,
                .warning,
                path.string,
                "announces nothing (\(error.errno)); \(polled)",
                advice: "raise fs.inotify.max_user_watches and max_user_instances, or live with the delay"
            )
        }
    }
}
