public import BatchCore
import SystemPackage

/// Published alarms that a receiver has not taken yet, as its ledger and `done/` tell.
public struct WaitingAlerts: Sendable, Equatable, Codable {
    /// `webhook` or `command`.
    public var receiver: String
    /// Published jobs whose alarms wait.
    public var jobs: Int
    /// Their alarms, raised and cleared.
    public var alarms: Int

    /// What waits, with and without a daemon.
    ///
    /// - Parameters:
    ///   - receivers: The receivers that are configured.
    ///   - disk: The root.
    ///   - time: The clock.
    /// - Returns: Those for whom something waits.
    /// - Throws: `FileSystemError`, where a directory cannot be listed.
    public static func read(
        for receivers: [String],
        on disk: any FileSystem,
        time: any TimeSource
    ) throws -> [WaitingAlerts] {
        // Who says so matters to nobody here.
        let backlog = AlertBacklog(disk: disk, sender: AlertSender(instance: "", root: ""))
        let now = time.wallSeconds
        return try receivers.compactMap { receiver in
            let known = try AlertLedger.read(of: receiver, on: disk, nowWallSeconds: now)
            let ledger = known ?? AlertLedger(nowWallSeconds: now)
            let waiting = try backlog.entries(since: ledger.settledUntil).filter { !ledger.contains($0.job) }
            guard !waiting.isEmpty else { return nil }
            let alarms = waiting.reduce(0) { sum, entry in
                sum + ((try? backlog.notices(of: entry.job, nowWallSeconds: now).count) ?? 0)
            }
            return WaitingAlerts(receiver: receiver, jobs: waiting.count, alarms: alarms)
        }
    }

    /// "2 alarms of 1 job wait for 'webhook'".
    public var words: String {
        let waiting = alarms == 1 ? "1 alarm" : "\(alarms) alarms"
        let of = jobs == 1 ? "1 job" : "\(jobs) jobs"
        return "\(waiting) of \(of) \(alarms == 1 ? "waits" : "wait") for '\(receiver)'"
    }
}
