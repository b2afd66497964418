/// How long a daemon that holds the lock, and that should say something each second, has said nothing.
enum DaemonSilence {
    /// From here on it counts as stuck, in seconds.
    static let secondsMinimum = 30.0

    /// Counts from what it said last, or from its start where that was later.
    ///
    /// - Parameters:
    ///   - snapshot: What it, or one before it, said last.
    ///   - disk: The root.
    ///   - wallSeconds: The present.
    /// - Returns: In seconds, below 0 where the clock was set back; nil where it is not stuck, or nothing tells.
    static func seconds(since snapshot: StatusSnapshot?, on disk: any FileSystem, wallSeconds: Double) -> Double? {
        let began = try? disk.status(of: SpoolLayout.lock)?.modifiedSeconds
        guard let last = [snapshot?.writtenWallSeconds, began].compactMap(\.self).max() else { return nil }
        let silence = wallSeconds - last
        return silence.magnitude >= secondsMinimum ? silence : nil
    }
}
