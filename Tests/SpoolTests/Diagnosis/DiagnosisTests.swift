import BatchTesting
import Glibc
import SystemPackage
import Testing

@testable import Spool

@Suite struct DiagnosisTests {
    private let clock = ManualClock(wallSeconds: 1_800_000_000)

    private func disk(capacity: DiskCapacity = .unlimited) throws -> SimulatedDisk {
        let disk = SimulatedDisk(clock: clock, capacity: capacity)
        for directory in SpoolLayout.directories { try disk.makeDirectory(directory) }
        try QueueLayout(queue: "q").makeDirectories(on: disk)
        return disk
    }

    @Test func spaceBelowTheWatermarkIsAnError() throws {
        let disk = try disk(capacity: DiskCapacity(bytes: 1 << 20, inodes: 20))
        let findings = SpaceDiagnosis(disk: disk, minimumFreeBytes: 2 << 20).findings()
        #expect(findings.filter { $0.severity == .error }.map(\.subject) == ["bytes", "inodes"])
        let scarce = SpaceDiagnosis(disk: disk, minimumFreeBytes: 600_000).findings()
        #expect(scarce.first?.severity == .warning)
        let free = try SpaceDiagnosis(disk: self.disk(), minimumFreeBytes: 2 << 20).findings()
        #expect(free.prefix(2).allSatisfy { $0.severity == .ok })
    }

    @Test func clockThatWasSetBackIsFoundByItsFiles() throws {
        let disk = try disk()
        try disk.writeSynced([1], to: SpoolLayout.lock)
        let diagnosis = ClockDiagnosis(disk: disk, time: clock)
        #expect(diagnosis.findings(isDisciplined: .disciplined(secondsMaximum: 0.01)).allSatisfy { $0.severity == .ok })
        clock.jumpWall(bySeconds: -7200)
        let findings = diagnosis.findings(isDisciplined: .free)
        #expect(findings.contains { $0.subject == "lock" && $0.severity == .warning && $0.seen.contains("2 h") })
        #expect(findings.contains { $0.seen.contains("jumped by -7200.0 s") })
        #expect(findings.contains { $0.subject == "synchronisation" && $0.severity == .note })
        clock.jumpWall(bySeconds: -1_700_000_000)
        #expect(diagnosis.findings(isDisciplined: .unknown).contains { $0.severity == .error })
    }

    @Test func whatIsLeftIsCountedWithItsAge() throws {
        let disk = try disk()
        let layout = QueueLayout(queue: "q")
        func findings(_ isRunning: Bool) -> [Finding] {
            LeftOverDiagnosis(disk: disk, queue: "q", time: clock, isRunning: isRunning).findings()
        }
        #expect(findings(false).map(\.severity) == [.ok])
        try disk.writeSynced([1], to: layout.claimed.appending("a.jsonl"))
        try disk.writeSynced([1], to: layout.incoming.appending("b.jsonl"))
        try disk.makeDirectory(layout.hold.appending("c"))
        try disk.writeSynced([1], to: layout.hold.appending("c.input.jsonl"))
        clock.advance(bySeconds: 3 * 86_400)
        let idle = Dictionary(uniqueKeysWithValues: findings(false).map { ($0.subject, $0) })
        #expect(idle[layout.claimed.string]?.severity == .warning)
        #expect(idle[layout.incoming.string]?.severity == .note)
        #expect(idle[layout.hold.string]?.seen == "1, the oldest for 3 d")
        try disk.writeSynced([1], to: layout.jobs.appending("fresh"))
        let busy = findings(true).map(\.subject)
        #expect(busy == [layout.incoming, layout.claimed, layout.hold].map(\.string))
    }

    @Test func whatNeverBecomesAJobIsNamedOnceItIsOld() throws {
        let disk = try disk()
        let incoming = QueueLayout(queue: "q").incoming
        let statements = ["a.manifest.json", "b.jsonl.zst.manifest.json", "c.done"]
        let dropped = statements + ["b.jsonl.zst", ".d.jsonl.part", "e.tmp"]
        for name in dropped { try disk.writeSynced([1], to: incoming.appending(name)) }
        let diagnosis = StrayDiagnosis(disk: disk, queue: "q", time: clock)
        #expect(diagnosis.findings() == [])
        clock.advance(bySeconds: 7200)
        let findings = diagnosis.findings()
        #expect(findings.map(\.severity) == [.warning, .note])
        let names = "'a.manifest.json', 'c.done'"
        #expect(findings.first?.seen == "2 entries whose file never came, the oldest for 2 h: \(names)")
        #expect(findings.last?.seen.hasPrefix("2 entries hidden, .part or .tmp") == true)
    }

    @Test func whatIsNeverTakenIsNamedUpToTen() throws {
        let disk = try disk()
        let incoming = QueueLayout(queue: "q").incoming
        for number in 10..<22 { try disk.makeDirectory(incoming.appending("d\(number)")) }
        try disk.writeSynced([1], to: incoming.appending("d10").appending("_SUCCESS"))
        let snapshot = StatusSnapshot(
            writtenWallSeconds: clock.wallSeconds,
            jobs: [],
            recordsPerSecond: 0,
            pause: nil,
            stoppedQueues: [:],
            waitingFiles: ["q": ["d10": WaitingFile.refusedReason]]
        )
        try disk.writeSynced(DocumentCoding.encode(snapshot), to: SpoolLayout.statusSnapshot)
        clock.advance(bySeconds: 7200)
        let findings = StrayDiagnosis(disk: disk, queue: "q", time: clock).findings()
        let names = (11..<21).map { "'d\($0)'" }.joined(separator: ", ")
        #expect(
            findings.map(\.seen) == [
                "11 entries that no _SUCCESS says to be complete, the oldest for 2 h: \(names) and 1 more",
                "1 entry that batchd may not take, the oldest for 2 h: 'd10'",
            ]
        )
        #expect(findings.last?.advice?.contains("chmod g+w") == true)
    }

    /// A directory gives its names in no order of time: of many old records and the failures of today, these come last.
    @Test func failuresOfTodayAreFoundAmongManyRecords() throws {
        let directory = try TemporaryDirectory()
        let disk = try LinuxFileSystem(root: directory.path)
        for path in SpoolLayout.directories { try disk.makeDirectory(path) }
        let layout = QueueLayout(queue: "q")
        try layout.makeDirectories(on: disk)
        var failed = try HistoryRecords.record("z", second: 1)
        failed.outcome = .failed
        for number in 10..<30 { try disk.writeSynced(try DocumentCoding.seal(failed), to: layout.done("z\(number)")) }
        try disk.writeSynced([], to: layout.done("old"))
        let old = directory.path.appending(layout.done("old").string).string
        let times = [timespec](repeating: timespec(tv_sec: 1_000_000, tv_nsec: 0), count: 2)
        try #require(utimensat(AT_FDCWD, old, times, 0) == 0)
        for number in 0..<12_000 { try #require(link(old, "\(old)\(number)") == 0) }
        let time = SystemTimeSource()
        let findings = LeftOverDiagnosis(disk: disk, queue: "q", time: time, isRunning: true).findings()
        #expect(findings.map(\.seen) == ["20 published as failed within 24 h, such as 'z10'"])
    }

    @Test func silentDaemonIsAnError() throws {
        let disk = try disk()
        let diagnosis = DaemonDiagnosis(disk: disk, root: "/nowhere", time: clock)
        #expect(diagnosis.findings(isRunning: nil).map(\.severity) == [.note])
        #expect(diagnosis.findings(isRunning: false).map(\.severity) == [.note])
        #expect(diagnosis.findings(isRunning: true).map(\.severity) == [.warning])
        let snapshot = StatusSnapshot(
            writtenWallSeconds: clock.wallSeconds,
            jobs: [],
            recordsPerSecond: 12,
            pause: nil,
            stoppedQueues: ["q": "sync failed"],
            waitingFiles: [:]
        )
        try disk.writeSynced(DocumentCoding.encode(snapshot), to: SpoolLayout.statusSnapshot)
        #expect(diagnosis.findings(isRunning: true).map(\.severity) == [.ok, .error])
        clock.advance(bySeconds: 3600)
        let late = diagnosis.findings(isRunning: true)
        #expect(late.first?.severity == .error && late.first?.seen.contains("has said nothing for 60 min") == true)
        // One that has just begun is not charged with the silence of the night before.
        try disk.writeSynced([], to: SpoolLayout.lock)
        #expect(diagnosis.findings(isRunning: true).first?.severity == .warning)
    }

    @Test func whoeverMayWriteWhereHeMustNotIsFound() throws {
        let directory = try TemporaryDirectory()
        let disk = try LinuxFileSystem(root: directory.path)
        for directory in SpoolLayout.directories { try disk.makeDirectory(directory) }
        let layout = QueueLayout(queue: "q")
        try layout.makeDirectories(on: disk)
        func findings() -> [Finding] { PermissionDiagnosis(disk: disk, queues: ["q"], user: geteuid()).findings() }
        func change(_ path: FilePath, _ mode: mode_t) {
            #expect(directory.path.appending(path.string).withPlatformString { chmod($0, mode) } == 0)
        }
        #expect(findings().allSatisfy { $0.severity <= .note })
        change(layout.claimed, 0o757)
        change(layout.incoming, 0o3777)
        let bad = findings().filter { $0.severity > .note }
        #expect(bad.map(\.subject) == [layout.claimed.string, layout.incoming.string])
        #expect(bad.first?.advice?.hasPrefix("chmod o-w ") == true)
        for (mode, severity) in [(mode_t(0o770), Finding.Severity.warning), (0o1770, .warning), (0o3730, .ok)] {
            change(layout.incoming, mode)
            #expect(findings().last?.severity == severity, "\(String(mode, radix: 8))")
        }
    }

    @Test func configurationMayBeRootsAndALinkIsAsGoodAsItsTarget() throws {
        let directory = try TemporaryDirectory()
        let disk = try LinuxFileSystem(root: directory.path)
        for directory in SpoolLayout.directories { try disk.makeDirectory(directory) }
        let layout = QueueLayout(queue: "q")
        try layout.makeDirectories(on: disk)
        let file = directory.path.appending(layout.configuration.string)
        // The link belongs to whoever runs this, and so to nobody that batchd is said to run as.
        #expect(symlink("/etc/passwd", file.string) == 0)
        func finding(of user: UInt32) -> Finding? {
            PermissionDiagnosis(disk: disk, queues: ["q"], user: user).findings()
                .first { $0.subject == layout.configuration.string }
        }
        let stranger = geteuid() + 1
        #expect(finding(of: stranger) == nil)
        let target = directory.path.appending("elsewhere.yaml")
        try disk.writeSynced([1], to: "elsewhere.yaml")
        try disk.removeFile(layout.configuration)
        #expect(symlink(target.string, file.string) == 0)
        #expect(chmod(target.string, 0o666) == 0)
        let writable = finding(of: geteuid())
        #expect(writable?.severity == .error && writable?.seen.hasPrefix("links to '\(target)', ") == true)
        #expect(writable?.advice?.hasSuffix(" '\(target)'") == true)
        try disk.removeFile("elsewhere.yaml")
        #expect(finding(of: stranger) == nil)
    }

    @Test(.enabled(if: geteuid() == 0)) func configurationOfSomebodyElseIsAnErrorAndItsTargetIsNamed() throws {
        let directory = try TemporaryDirectory()
        let disk = try LinuxFileSystem(root: directory.path)
        try disk.writeSynced([1], to: "elsewhere.yaml")
        let target = directory.path.appending("elsewhere.yaml")
        #expect(symlink(target.string, directory.path.appending("batchd.yaml").string) == 0)
        func finding() -> Finding? {
            PermissionDiagnosis(disk: disk, queues: [], user: 4242).findings().first { $0.subject == "batchd.yaml" }
        }
        #expect(chown(target.string, 0, 4343) == 0 && chmod(target.string, 0o640) == 0)
        #expect(finding() == nil)
        #expect(chown(target.string, 4242, 4343) == 0)
        #expect(finding() == nil)
        #expect(chown(target.string, 4343, 4343) == 0)
        #expect(finding()?.severity == .error && finding()?.advice == "chown root '\(target)'")
    }

    @Test func directoryThatIsNoneIsFound() throws {
        let directory = try TemporaryDirectory()
        let disk = try LinuxFileSystem(root: directory.path)
        for directory in SpoolLayout.directories { try disk.makeDirectory(directory) }
        let layout = QueueLayout(queue: "q")
        try layout.makeDirectories(on: disk)
        try disk.removeDirectory(layout.jobs)
        try disk.removeDirectory(layout.hold)
        let target = directory.path.appending(layout.hold.string)
        #expect(symlink("/tmp", target.string) == 0)
        let diagnosis = DirectoryDiagnosis(disk: disk, queues: ["q"], pollSeconds: 5, allowsNetwork: false)
        let findings = diagnosis.findings()
        #expect(findings.contains { $0.subject == layout.hold.string && $0.severity == .error })
        #expect(findings.contains { $0.subject == "directories" && $0.seen.contains("1 not there yet") })
        #expect(findings.contains { $0.subject == layout.incoming.string && $0.seen.hasPrefix("announces new files") })
    }
}
