public import BatchCore
internal import FoundationEssentials
public import SystemPackage

/// Whether a daemon runs a root, and whether what it says is fresh.
public struct DaemonDiagnosis {
    private let disk: any FileSystem
    private let root: FilePath
    private let time: any TimeSource

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - root: The root's path, where the lock lies.
    ///   - time: The clock.
    public init(disk: any FileSystem, root: FilePath, time: any TimeSource) {
        self.disk = disk
        self.root = root
        self.time = time
    }

    /// The lock, the last snapshot and what it says.
    ///
    /// - Parameter isRunning: Whether a daemon holds the lock; nil where that cannot be asked.
    /// - Returns: What was found.
    public func findings(isRunning: Bool?) -> [Finding] {
        guard let isRunning else {
            let advice = "run doctor as the user that batchd runs as, or as root"
            return [
                Finding(
                    .daemon,
                    .note,
                    "lock",
                    "may not be asked, so whether a daemon runs is not known",
                    advice: advice
                )
            ]
        }
        do throws(FileSystemError) {
            let snapshot = try StatusReader.lastSnapshot(on: disk)
            guard isRunning else {
                return [idle()] + failed() + stopped(snapshot, "was stopped when the last run ended")
            }
            return [running(snapshot)] + failed() + refused(snapshot) + stopped(snapshot, "is stopped")
                + paused(snapshot)
        } catch {
            return [.unseen(.daemon, SpoolLayout.statusSnapshot.string, error)]
        }
    }

    private func idle() -> Finding {
        Finding(.daemon, .note, "lock", "free: no daemon runs", advice: "start one where one should run: batchd run")
    }

    private func failed() -> [Finding] {
        guard let failure = RunFailure.last(on: disk) else { return [] }
        return [
            Finding(
                .daemon,
                .error,
                "last run",
                "ended with exit code \(failure.exitCode) at \(failure.at): \(failure.reason)",
                advice: "mend the cause, then start batchd again, or reload; a run that works takes this back"
            )
        ]
    }

    private func refused(_ snapshot: StatusSnapshot?) -> [Finding] {
        guard let reload = snapshot?.refusedReload else { return [] }
        return [
            Finding(
                .daemon,
                .warning,
                "reload",
                "refused at \(reload.at), and the former configuration holds until the next start: \(reload.reason)",
                advice: "mend it, try it with 'batchd config check', then reload"
            )
        ]
    }

    private func running(_ snapshot: StatusSnapshot?) -> Finding {
        let subject = SpoolLayout.statusSnapshot.string
        let advice = "look at the log and at free space; if it does nothing, stop and start it: nothing is lost"
        let now = time.wallSeconds
        let silence = DaemonSilence.seconds(since: snapshot, on: disk, wallSeconds: now)
        guard let snapshot, (now - snapshot.writtenWallSeconds).magnitude < DaemonSilence.secondsMinimum else {
            guard let silence else {
                return Finding(.daemon, .warning, subject, "a daemon runs and has said nothing yet", advice: advice)
            }
            let words =
                silence > 0
                ? "has said nothing for \(silence.ageInWords)" : "spoke last \((-silence).ageInWords) in the future"
            return Finding(.daemon, .error, subject, "a daemon runs, and \(words)", advice: advice)
        }
        let age = now - snapshot.writtenWallSeconds
        let rate = Int(snapshot.recordsPerSecond)
        let tenths = (age * 10).rounded() / 10
        return Finding(
            .daemon,
            .ok,
            subject,
            "a daemon runs, and spoke \(tenths) s ago: \(snapshot.jobs.count) jobs, \(rate) records/s"
        )
    }

    private func stopped(_ snapshot: StatusSnapshot?, _ predicate: String) -> [Finding] {
        (snapshot?.stoppedQueues ?? [:]).sorted { $0.key < $1.key }.map { queue, reason in
            let advice = "mend the cause, then start batchd again"
            return Finding(.daemon, .error, queue, "the queue \(predicate): \(reason)", advice: advice)
        }
    }

    private func paused(_ snapshot: StatusSnapshot?) -> [Finding] {
        guard let pause = snapshot?.pause else { return [] }
        return [Finding(.daemon, .error, "daemon", "paused: \(pause)", advice: "make room; it goes on by itself")]
    }

    /// The number of the process that holds a root's lock.
    ///
    /// - Parameter root: The root.
    /// - Returns: Nil where none does, or /proc does not show it.
    public static func process(holding root: FilePath) -> Int? {
        guard let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8),
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: root.appending(InstanceLock.fileName).string
            ),
            let inode = attributes[.systemFileNumber] as? Int
        else { return nil }
        return process(holding: inode, in: locks)
    }

    /// Finds the holder of an exclusive flock in what /proc/locks shows.
    static func process(holding inode: Int, in locks: String) -> Int? {
        for line in locks.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE" else { continue }
            if words[5].hasSuffix(":\(inode)"), let process = Int(words[4]), process > 0 { return process }
        }
        return nil
    }
}
