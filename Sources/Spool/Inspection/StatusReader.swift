public import BatchCore

/// Gathers a `StatusReport` from the disk, and from the snapshot of a daemon that runs.
public struct StatusReader: Sendable {
    /// Entries of `incoming/`, `claimed/`, `hold/` and `quarantine/` that are counted.
    public static let countMaximum = 10_000
    /// Names in `archive/` and `done/` that are looked at.
    public static let archiveMaximum = 1_000_000
    /// How long ago a failure was that is shown and counted in any case, in seconds.
    public static let recentSeconds = 86_400.0
    /// Jobs of one queue and that time that are looked into for failures.
    public static let recentMaximum = 1000
    /// A snapshot older than this says nothing about the present, in seconds.
    public static let snapshotAgeMaximum = 5.0

    /// Free space with which a daemon's snapshot can surely be written, in bytes.
    static let snapshotRoomBytes = 64 << 10

    private let disk: any FileSystem
    private let isRunning: Bool
    private let snapshot: StatusSnapshot?
    /// What the daemon said last, also where it has ended since.
    private let lastSnapshot: StatusSnapshot?
    private let lastFailure: RunFailure?
    /// For how long a daemon that should work has said nothing, where that is long.
    private let silentSeconds: Double?
    /// Rows of one state and queue.
    private let rowsMaximum: Int
    private let finishedMaximum: Int?

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - isRunning: Whether a daemon holds the instance lock.
    ///   - rowsMaximum: Jobs of one state and queue that are described.
    ///   - finishedMaximum: Finished jobs that are described; nil for all.
    ///   - time: The clock by which a daemon speaks.
    /// - Throws: `FileSystemError`.
    public init(
        disk: any FileSystem,
        isRunning: Bool,
        rowsMaximum: Int,
        finishedMaximum: Int?,
        time: any TimeSource = SystemTimeSource()
    ) throws {
        self.disk = disk
        self.isRunning = isRunning
        self.rowsMaximum = rowsMaximum
        self.finishedMaximum = finishedMaximum
        // A daemon whose engine cannot start holds the lock and waits: what the last engine said holds no longer.
        lastFailure = RunFailure.last(on: disk)
        let isWorking = isRunning && lastFailure == nil
        let last = try Self.lastSnapshot(on: disk)
        snapshot = isWorking ? last.flatMap { Self.isFresh($0, by: time) ? $0 : nil } : nil
        lastSnapshot = isWorking ? snapshot : last
        let silence = DaemonSilence.seconds(since: last, on: disk, wallSeconds: time.wallSeconds)
        silentSeconds = isWorking ? silence.flatMap { $0 > 0 ? $0.rounded() : nil } : nil
    }

    /// Reads the state of these queues.
    ///
    /// - Throws: `FileSystemError`.
    public func report(of queues: [String]) throws -> StatusReport {
        var report = StatusReport(
            daemon: StatusReport.Daemon(
                running: isRunning,
                recordsPerSecond: snapshot?.recordsPerSecond,
                pause: try snapshot.map(\.pause) ?? lackOfRoom(),
                computeThreads: snapshot?.computeThreads,
                coresBusy: snapshot?.coresBusy
            ),
            queues: [],
            jobs: []
        )
        report.daemon.silentSeconds = silentSeconds
        report.daemon.lastFailure = lastFailure
        report.daemon.refusedReload = snapshot?.refusedReload
        var waiting: [StatusReport.Job] = []
        var finished: [StatusReport.Job] = []
        for name in queues {
            let reader = QueueStatusReader(
                inspector: QueueInspector(disk: disk, queue: name),
                snapshot: snapshot,
                lastSnapshot: lastSnapshot,
                rowsMaximum: rowsMaximum,
                finishedMaximum: finishedMaximum
            )
            let (queue, rows) = try readSparingOthers(reader)
            report.queues.append(queue)
            report.jobs += rows.active
            waiting += rows.waiting
            finished += rows.finished
        }
        // The newest last, next to the prompt.
        finished.sort { ($0.finishedAt ?? "", $0.job) < ($1.finishedAt ?? "", $1.job) }
        let newest = finished.suffix(finishedMaximum ?? .max)
        report.jobs += waiting + finished.dropLast(newest.count).filter { $0.state == .failed } + newest
        return report
    }

    /// Why a daemon that runs and says nothing most likely waits; nil where it has room to say it itself.
    private func lackOfRoom() throws -> String? {
        guard isRunning else { return nil }
        let space = try disk.space()
        guard space.bytes < Self.snapshotRoomBytes || space.inodes == 0 else { return nil }
        return "\(space.inWords) are free, so the daemon cannot even write "
            + "'\(SpoolLayout.statusSnapshot)'; make room"
    }

    /// Reads a queue; one that cannot be read is described as such, and the others are still shown.
    private func readSparingOthers(
        _ reader: QueueStatusReader
    ) throws -> (StatusReport.Queue, QueueStatusReader.Rows) {
        do {
            return try reader.read()
        } catch let error as FileSystemError {
            let name = reader.inspector.queue
            let reason = lastSnapshot?.stoppedQueues[name] ?? "it cannot be read: \(error.advice)"
            return (StatusReport.Queue(unreadable: name, because: reason), QueueStatusReader.Rows())
        }
    }

    /// What a running daemon said a moment ago; nil where it said nothing lately.
    static func freshSnapshot(on disk: any FileSystem) throws -> StatusSnapshot? {
        try lastSnapshot(on: disk).flatMap { isFresh($0, by: SystemTimeSource()) ? $0 : nil }
    }

    private static func isFresh(_ snapshot: StatusSnapshot, by time: any TimeSource) -> Bool {
        abs(time.wallSeconds - snapshot.writtenWallSeconds) < snapshotAgeMaximum
    }

    /// What a daemon said last, however long ago.
    static func lastSnapshot(on disk: any FileSystem) throws(FileSystemError) -> StatusSnapshot? {
        guard try disk.status(of: SpoolLayout.statusSnapshot) != nil,
            let bytes = try? disk.readFile(
                SpoolLayout.statusSnapshot,
                bytesMaximum: DocumentLimits.documentBytesMaximum
            ),
            let snapshot = try? DocumentCoding.decode(StatusSnapshot.self, from: bytes)
        else { return nil }
        return snapshot
    }
}
