import SystemPackage

/// Which published alarms a destination has taken.
///
/// What there is to send is never written down here: `done/` says it. Without its ledger a destination gets the alarms
/// of the last day once more.
struct AlertLedger: Codable, Equatable {
    /// How far back a destination without a ledger looks, and how long a delivery, or a refusal, is remembered beyond
    /// need, in seconds: a clock that was turned back by less hides no alarm.
    static let marginSeconds = 86_400.0
    /// The largest ledger that is read, in bytes.
    static let bytesMaximum = 16 << 20
    /// The most jobs that are remembered while others wait; those beyond may come twice after a restart.
    static let deliveredMaximum = 50_000

    /// Of jobs that finished before this nothing is left to send, seconds since 1970.
    private(set) var settledUntil: Double
    /// Jobs that finished since then whose alarms were taken, as `queue/KEY`, with when they finished.
    private(set) var delivered: [String: Double] = [:]
    /// The last alarms that the destination will never take, until somebody had time to see that, and it took others.
    private(set) var refused: RefusedAlerts?

    private enum CodingKeys: String, CodingKey {
        case settledUntil = "settled_until"
        case delivered
        case refused
    }

    /// A ledger of nothing.
    init(nowWallSeconds: Double) {
        settledUntil = nowWallSeconds - Self.marginSeconds
    }

    /// Takes back what a clock that was ahead has written.
    mutating func limit(nowWallSeconds: Double) {
        settledUntil = min(settledUntil, nowWallSeconds - Self.marginSeconds)
    }

    /// Whether a job's alarms were taken.
    func contains(_ job: JobName) -> Bool { delivered[job.path] != nil }

    /// Notes that a job's alarms were taken, or refused, and forgets what nobody can ask for any more.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - finished: When it finished, seconds since 1970.
    ///   - waiting: When those jobs finished whose alarms wait.
    ///   - refusal: Those of its alarms that will never be taken.
    ///   - nowWallSeconds: The time.
    mutating func note(
        _ job: JobName,
        finished: Double,
        waiting: [Double],
        refusal: RefusedAlerts? = nil,
        nowWallSeconds: Double
    ) {
        delivered[job.path] = finished
        let refusedAt = refused.flatMap { Timestamp.wallSeconds($0.at) }
        if let refusal {
            refused = refusal
        } else if let refusedAt, nowWallSeconds - refusedAt >= Self.marginSeconds {
            refused = nil
        }
        let open = min(waiting.min() ?? nowWallSeconds, nowWallSeconds)
        settledUntil = max(settledUntil, open - Self.marginSeconds)
        delivered = delivered.filter { $0.value >= settledUntil }
        if delivered.count > Self.deliveredMaximum {
            let newest = delivered.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(Self.deliveredMaximum / 2)
            delivered = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
        }
    }

    /// What a destination has taken; nil where nothing readable says so.
    ///
    /// - Parameters:
    ///   - destination: Its name.
    ///   - disk: The root.
    ///   - nowWallSeconds: The time.
    /// - Returns: The ledger, without what a clock that was ahead has written.
    /// - Throws: `FileSystemError`.
    static func read(
        of destination: String,
        on disk: any FileSystem,
        nowWallSeconds: Double
    ) throws(FileSystemError) -> AlertLedger? {
        let path = path(of: destination)
        guard let status = try disk.status(of: path), status.bytes <= bytesMaximum else { return nil }
        let bytes = try disk.readFile(path, bytesMaximum: bytesMaximum)
        guard var ledger = try? DocumentCoding.decode(AlertLedger.self, from: bytes) else { return nil }
        ledger.limit(nowWallSeconds: nowWallSeconds)
        return ledger
    }

    /// Where a destination's ledger lies.
    static func path(of destination: String) -> FilePath {
        SpoolLayout.state.appending("alerts.\(destination).json")
    }
}
