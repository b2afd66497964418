import BatchTesting
import Campaign
import Glibc
import Spool
import SystemPackage
import Testing

/// What becomes of a job whose engine dies, hangs, or is killed together with its parent.
@Suite(.serialized) struct EngineDeathTests {
    private static func texts(_ count: Int, marking marks: [Int: MarkedTextModel.Mark]) -> [String] {
        (1...count).map { "text \($0) \(marks[$0]?.rawValue ?? "")" }
    }

    private func attempts(of job: PublishedJob) throws -> Int {
        let bytes = try #require(job.files[PublishedName.metrics])
        return try DocumentCoding.decode(JobMetrics.self, from: bytes).attempts
    }

    @Test func aTrappingRecordEndsAloneAndOnlyItsShardIsCharged() throws {
        let root = try FaultRoot()
        try root.drop(Self.texts(12, marking: [7: .trapping]), as: "job.jsonl")
        #expect(try root.real.runToEnd() == .ended(.exited(0)))
        #expect(root.violations(expecting: [("job", 12)]) == [])
        let job = try root.job("job")
        #expect(try job.errorCodes() == [7: "poison"])
        // Twice as a whole, once as a half, three times alone.
        #expect(try attempts(of: job) == 6)
    }

    @Test func aHangingRecordIsEndedByTheWatchdog() throws {
        let root = try FaultRoot(retry: "{ attempts: 6, base: 1ms, cap: 5ms, shard_timeout: 50ms }")
        try root.drop(Self.texts(2, marking: [1: .hanging]), as: "job.jsonl")
        #expect(try root.real.runToEnd() == .ended(.exited(0)))
        #expect(try root.job("job").errorCodes() == [1: "poison"])
        #expect(try root.job("job").lines().results == [2])
    }

    @Test func anEngineKilledUnderLoadLosesAndDoublesNothing() throws {
        let root = try FaultRoot()
        try root.drop(Self.texts(2_000, marking: [:]), as: "job.jsonl")
        let parent = try root.real.start()
        try waitForFile(QueueLayout(queue: FaultRoot.queue).job("job").shard(3), on: root, by: parent)
        kill(try child(of: parent.processID), SIGKILL)
        #expect(try parent.wait() == .ended(.exited(0)))
        #expect(root.violations(expecting: [("job", 2_000)]) == [])
    }

    @Test func aKilledParentTakesItsEngineAlongAndTheNextRunFinishes() throws {
        let root = try FaultRoot()
        try root.drop(Self.texts(2_000, marking: [:]), as: "job.jsonl")
        let parent = try root.real.start()
        try waitForFile(QueueLayout(queue: FaultRoot.queue).job("job").shard(3), on: root, by: parent)
        parent.kill()
        #expect(try parent.wait() == .ended(.signaled(SIGKILL)))
        #expect(try root.real.runToEnd() == .ended(.exited(0)))
        #expect(root.violations(expecting: [("job", 2_000)]) == [])
        #expect(try attempts(of: root.job("job")) == 0)
    }

    /// Waits for a file that a run makes.
    private func waitForFile(_ path: FilePath, on root: FaultRoot, by process: ChildProcess) throws {
        while try root.real.disk.status(of: path) == nil {
            try #require(try process.wait(timeoutMilliseconds: 1) == .timedOut, "the run ended before '\(path)'")
        }
    }

    /// The process that a run has started.
    private func child(of process: CInt) throws -> CInt {
        let processes = try LinuxFileSystem(root: "/proc")
        for entry in try processes.entries(of: "", maximum: .max) {
            guard let number = CInt(entry.name.string) else { continue }
            let bytes = (try? processes.readFile(FilePath("\(number)/stat"), bytesMaximum: 4096)) ?? []
            // "pid (name) state parent …"
            let fields = String(decoding: bytes, as: UTF8.self).split(separator: ") ").last?.split(separator: " ") ?? []
            if fields.count > 1, CInt(fields[1]) == process { return number }
        }
        throw Errno.noSuchProcess
    }
}
