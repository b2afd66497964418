import BatchTesting
import Glibc
import JSONLines
import Spool
import SystemPackage

/// One job of very many records, read, answered by the embedded model, and checked line by line.
struct LargeJob {
    private static let queue = "large"
    private static let key = "large"
    private static let millisecondsBetweenLooks = 1_000

    let context: CampaignContext
    let records: Int
    private let layout = QueueLayout(queue: LargeJob.queue)

    init(context: CampaignContext, records: Int) {
        self.context = context
        self.records = records
    }

    func run() throws -> SeedOutcome {
        var outcome = SeedOutcome()
        let limits = "limits: { records: \(max(records, 1)), decoded_bytes: 1000GiB, compressed_bytes: 1000GiB }\n"
        let root = try RealRoot(
            at: context.scratch.appending("large"),
            queues: [Self.queue: "model: sentiment\nsettle_seconds: 0\n" + limits],
            daemon: "threads: 2\nlog: { level: warning }\n",
            binary: context.binary
        )
        let wanted = try fill(root)
        let log = context.scratch.appending("large.log")
        var peak = ProcessPeak()
        let start = SystemTimeSource().monotonicSeconds
        let daemon = try DaemonProcess(context.binary, root: root.directory, options: ["--once"], log: log)
        var event = ChildProcess.Event.timedOut
        while event == .timedOut {
            peak.look(at: daemon)
            event = try daemon.process.wait(timeoutMilliseconds: context.isCut ? 5 : Self.millisecondsBetweenLooks)
        }
        let seconds = SystemTimeSource().monotonicSeconds - start
        // A small job can be over before its engine was seen.
        var wrong = context.isCut ? [] : peak.violations(residentKiBMaximum: MillionFiles.residentKiBMaximum)
        if event != .ended(.exited(0)) { wrong.append("it ended with \(event); see \(log)") }
        wrong += try differences(root, wanted)
        outcome.note(wrong, "a job of \(records) records")
        peak.note(in: &outcome)
        outcome.figures["records"] = Double(records)
        outcome.figures["seconds"] = seconds
        outcome.figures["records_per_second"] = Double(records) / seconds
        root.remove()
        if wrong.isEmpty { unlink(log.string) }
        return outcome
    }

    /// Writes the input a frame at a time, beside `incoming/` at first.
    private func fill(_ root: RealRoot) throws -> AnswerDigest {
        var source = IdentifiedRecords(seed: UInt64(records))
        source.words = 3...8
        let part = layout.incoming.appending(".large.part")
        let file = try root.disk.open(part, .createNew)
        let encoder = try ZstdEncoder(level: 1)
        var first = 0
        while first < records {
            let next = min(first + IdentifiedRecords.recordsPerFrame, records)
            var lines: [UInt8] = []
            source.append(job: 0, first..<next, to: &lines)
            var frame: [UInt8] = []
            try encoder.appendFrame(of: lines.span.bytes, to: &frame)
            try frame.withUnsafeBytes { try file.write($0) }
            first = next
        }
        try file.close()
        try root.disk.rename(part, to: layout.incoming.appending("\(Self.key).jsonl.zst"), replacing: false)
        return source.digest
    }

    private func differences(_ root: RealRoot, _ wanted: AnswerDigest) throws -> [String] {
        let path = layout.published(Self.key)
        guard try root.disk.status(of: path) != nil else { return ["I1 '\(path)' is not there"] }
        let reading = try PublishedDirectory(disk: root.disk, path: path).read()
        if reading.all.hasRecords(of: wanted) { return reading.violations }
        return reading.violations + ["I1 \(reading.all.count) of \(wanted.count) records are answered, or others"]
    }
}
