import FoundationEssentials
import Spool
import Synchronization

/// The live line on a terminal; elsewhere it stays silent and the log says what happens.
final class EngineProgressLine: Sendable {
    private let isLive = StandardStream.errorIsScreen
    private let shown = Mutex("")

    /// Shows the newest state, or takes the line away.
    func update(_ snapshot: StatusSnapshot?) {
        guard isLive else { return }
        let text = snapshot.map(Self.text) ?? ""
        shown.withLock { shown in
            shown = text
            StandardStream.error("\r\u{1B}[K" + text)
        }
    }

    /// Prints a line above the live one.
    func print(_ line: String) {
        shown.withLock { shown in
            StandardStream.error((shown.isEmpty ? "" : "\r\u{1B}[K") + line + "\n" + shown)
        }
    }

    private static func text(_ snapshot: StatusSnapshot) -> String {
        if let pause = snapshot.pause { return "paused: \(pause.visible)".truncated(to: 78) }
        let done = snapshot.jobs.reduce(0) { $0 + $1.done }
        let total = snapshot.jobs.reduce(0) { $0 + $1.total }
        guard total > 0 else { return "" }
        let share = Double(done) / Double(total)
        let filled = Int(share * 20)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
        let rate = Int(snapshot.recordsPerSecond)
        let eta = rate > 0 ? Self.time(seconds: (total - done) / rate) : "-"
        let jobs = snapshot.jobs.count == 1 ? "1 job" : "\(snapshot.jobs.count) jobs"
        return "[\(bar)] \(Int(share * 100)) %  \(done)/\(total)  \(rate)/s  ETA \(eta)  \(jobs)".truncated(to: 78)
    }

    /// "42s", "3m07s", "2h05m".
    static func time(seconds: Int) -> String {
        let pad = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m\(pad(seconds % 60))s" }
        return "\(seconds / 3600)h\(pad(seconds % 3600 / 60))m"
    }
}

extension String {
    /// The beginning of the text, at most so many characters.
    func truncated(to count: Int) -> String {
        self.count <= count ? self : String(prefix(count - 1)) + Glyphs.standard.ellipsis
    }
}
