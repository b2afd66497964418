import BatchTesting
import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import Spool

/// A sender who puts something else in place of a drop between two calls stops no queue and leaves nothing unexplained.
@Suite struct SwapTests {
    private static let line = "{\"text\": \"good\"}\n"

    /// Runs a queue, with a deed done once before a call on a path, and another before the call after it.
    private func run(
        _ root: OneQueue,
        before operation: String,
        of path: FilePath,
        _ deed: @escaping @Sendable () -> Void,
        then other: @escaping @Sendable () -> Void = {}
    ) throws -> SpoolHarness {
        let deeds = Mutex(0)
        let disk = MeddledFileSystem(root.disk) { name, called in
            let step = deeds.withLock { done in
                if done == 0 && (name != operation || called != path) { return 0 }
                done += 1
                return done
            }
            if step == 1 { deed() }
            if step == 2 { other() }
        }
        let harness = try root.harness(on: disk)
        #expect(harness.run() == .idle)
        #expect(deeds.withLock { $0 } > 0)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(try root.names(in: root.layout.claimed) == [])
        return harness
    }

    @Test func aDirectoryThatBecomesAFileIsLookedAtAgain() throws {
        let root = OneQueue()
        let path = root.layout.incoming.appending("d")
        let disk = root.disk
        root.drop(Self.line, as: "d/part-0.jsonl")
        root.drop("", as: "d/_SUCCESS")
        let harness = try run(root, before: "stat", of: path.appending("_SUCCESS")) {
            disk.collect(path)
            disk.drop([1], at: path)
        }
        #expect(harness.observer.codes == ["unusable_name"])
    }

    @Test func aFileThatIsGoneForAMomentIsLookedAtAgain() throws {
        let root = OneQueue()
        let path = root.layout.incoming.appending("a.jsonl")
        let disk = root.disk
        root.drop(Self.line, as: "a.jsonl")
        let harness = try run(root, before: "lease", of: path, { disk.collect(path) }) {
            disk.drop(Array(Self.line.utf8), at: path)
        }
        #expect(harness.keeper.tally.succeeded == 1)
    }

    @Test func aDirectoryThatBecomesAFileWhileItIsClaimedIsSetAsideWithAReason() throws {
        let root = OneQueue()
        let path = root.layout.incoming.appending("d")
        let disk = root.disk
        root.drop(Self.line, as: "d/part-0.jsonl")
        root.drop("", as: "d/_SUCCESS")
        let harness = try run(root, before: "rename", of: path) {
            disk.collect(path)
            disk.drop(Array(Self.line.utf8), at: path)
        }
        #expect(harness.observer.codes == ["unusable_name"])
        let names = try root.names(in: root.layout.quarantine)
        #expect(names.count == 2 && names[1] == names[0] + QuarantineNote.ending, "\(names)")
    }

    @Test func aManifestThatBecomesADirectoryWhileItIsClaimedIsSetAside() throws {
        let root = OneQueue()
        let path = root.layout.incoming.appending("a.manifest.json")
        let disk = root.disk
        root.drop(Self.line, as: "a.jsonl")
        root.drop("{\"records\": 1}", as: "a.manifest.json")
        let harness = try run(root, before: "rename", of: path) {
            disk.collect(path)
            disk.dropDirectory(path)
        }
        #expect(harness.keeper.tally.succeeded == 1)
        #expect(harness.observer.codes == ["unusable_name"])
    }

    @Test(arguments: ["stat", "open", "rename"])
    func aManifestThatIsTakenBackIsNone(call: String) throws {
        let root = OneQueue()
        let path = root.layout.incoming.appending("a.manifest.json")
        let disk = root.disk
        root.drop("{\"bytes\": 1}", as: "a.manifest.json")
        root.clock.advance(bySeconds: 10)
        root.drop(Self.line, as: "a.jsonl")
        // Only of a former job's manifest, which is older than the file, is the content looked at here.
        let harness = try run(root, before: call, of: path) { disk.collect(path) }
        #expect(harness.keeper.tally.succeeded == 1)
    }

    @Test func aManifestThatGrowsIsTooLarge() throws {
        let root = OneQueue()
        let claimed = root.layout.claimed.appending("a.manifest.json")
        let disk = root.disk
        root.drop(Self.line, as: "a.jsonl")
        root.drop("{}", as: "a.manifest.json")
        let harness = try run(root, before: "open", of: claimed) {
            disk.drop([UInt8](repeating: 0x20, count: 2 << 20), at: claimed)
        }
        #expect(harness.keeper.tally.failed == 1)
        #expect(try JobFiles(disk: disk, layout: root.layout).done("a").metrics.failure?.code == "manifest_invalid")
    }

    @Test func aDirectoryInPlaceOfANoteStopsNothing() throws {
        let root = OneQueue()
        let digest = ContentHash.hexadecimal(of: Array("x.txt".utf8)).prefix(12)
        let note = "unusable.\(digest)" + QuarantineNote.ending
        root.disk.drop([1], at: root.layout.quarantine.appending(note).appending("part-0.jsonl"))
        root.drop("x", as: "x.txt")
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(harness.keeper.tally.quarantined == 1)
    }

    @Test func aDirectoryInPlaceOfAClaimedManifestIsSetAsideAtTheNextStart() throws {
        let root = OneQueue()
        root.disk.dropDirectory(root.layout.claimed.appending("a.manifest.json"))
        root.drop("{\"records\": 1}", as: "a.manifest.json")
        root.drop(Self.line, as: "a.jsonl")
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(try root.names(in: root.layout.claimed) == [])
        #expect(harness.keeper.tally.succeeded == 1)
    }

    @Test func sparseFilesOfAnySizeFailAndAreNotReadToTheirEnd() throws {
        // Few file systems take files of such a size, and this one is there without root.
        let place = "/dev/shm/batchd-sparse.\(getpid())"
        try #require(mkdir(place, 0o755) == 0)
        let disk = try LinuxFileSystem(root: FilePath(place))
        let layout = QueueLayout(queue: "q")
        for directory in [SpoolLayout.spool, SpoolLayout.outbox, SpoolLayout.state] + layout.directories {
            try disk.ensureDirectory(directory)
        }
        defer {
            for entry in (try? disk.entries(of: "", maximum: .max)) ?? [] {
                try? disk.removeTree(FilePath(entry.name.string))
            }
            rmdir(place)
        }
        let dropped = layout.incoming.appending("d")
        try disk.makeDirectory(dropped)
        for name in ["part-0.jsonl", "part-1.jsonl", "part-2.jsonl", "_SUCCESS"] {
            try disk.writeSynced([], to: dropped.appending(name))
            if name.hasPrefix("part") { try #require(truncate("\(place)/\(dropped)/\(name)", .max) == 0) }
        }
        let configuration = "model: marked\nsettle_seconds: 0\nlimits: { compressed_bytes: 1MiB }\n"
        let harness = try SpoolHarness(
            disk: disk,
            clock: ManualClock(),
            queues: ["q": configuration],
            model: MarkedTextModel()
        )
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(try JobFiles(disk: disk, layout: layout).done("d").metrics.failure?.code == "compressed_too_large")
    }
}
