import BatchCore
import BatchTesting
import JSONLines
import SystemPackage
import Testing

@testable import Spool

/// What a sender says about a file, or puts into it, never stops a queue or reaches outside its directories.
@Suite struct HostileDropTests {
    private final class Root {
        let clock = ManualClock()
        let disk: SimulatedDisk
        let layout = QueueLayout(queue: "q")

        init() {
            disk = SimulatedDisk(clock: clock)
            for directory in layout.directories { disk.dropDirectory(directory) }
        }

        func drop(_ text: String, as name: String) {
            disk.drop(Array(text.utf8), at: layout.incoming.appending(name))
        }

        func run(_ configuration: String = "model: marked\nsettle_seconds: 0\n") throws -> SpoolHarness.End {
            let model = MarkedTextModel()
            let harness = try SpoolHarness(disk: disk, clock: clock, queues: ["q": configuration], model: model)
            return harness.run()
        }

        func done(_ key: String) throws -> DoneRecord {
            try JobFiles(disk: disk, layout: layout).done(key)
        }
    }

    @Test func directoryThatMayNotBeMovedAnyMoreStopsNobody() throws {
        let root = OneQueue()
        let (dropped, claimed) = (root.layout.incoming.appending("a"), root.layout.claimed.appending("a"))
        let line = Array("{\"text\": \"good\"}\n".utf8)
        root.disk.dropDirectory(dropped)
        root.disk.drop(line, at: dropped.appending("1.jsonl"))
        root.disk.drop([], at: dropped.appending("_SUCCESS"))
        let refusal = FaultPlan(call: 1, .failFromThenOn(.permissionDenied), operations: [.rename], below: claimed)
        let harness = try root.harness { _ in
            // Its owner takes the permission away once it is claimed.
            if (try? root.disk.status(of: claimed)) != .some(nil) { root.disk.setPlan(refusal) }
        }
        #expect(harness.run() == .idle)
        #expect(harness.keeper.stoppedQueues == [:])
        #expect(harness.keeper.tally.succeeded == 1)
        #expect(harness.observer.codes == ["not_permitted"])

        // Neither the next of its name nor the next start makes more of it than a line in the log.
        root.disk.dropDirectory(dropped)
        root.disk.drop([], at: dropped.appending("_SUCCESS"))
        root.drop(String(decoding: line, as: UTF8.self), as: "b.jsonl")
        #expect(harness.work() == .idle)
        #expect(harness.keeper.tally.succeeded == 2)
        let next = try root.harness()
        #expect(next.run() == .idle)
        #expect(next.keeper.stoppedQueues == [:])
        #expect(next.keeper.tally.duplicates == 1)
        #expect(try root.names(in: root.layout.claimed) == ["a"])

        root.disk.setPlan(nil)
        let last = try root.harness()
        #expect(last.run() == .idle)
        #expect(try root.names(in: root.layout.claimed) == [])
        #expect(try root.names(in: root.layout.archive).contains("a.duplicate"))
    }

    @Test(arguments: [
        (#"{"records":5}"#, "manifest_mismatch"),
        (#"{"bytes":1}"#, "manifest_mismatch"),
        (#"{"sha256":"00"}"#, "manifest_mismatch"),
        (#"{"record":3}"#, "manifest_invalid"),
        ("not json", "manifest_invalid"),
    ])
    func aContradictedFileFailsAlone(manifest: String, code: String) throws {
        let root = Root()
        root.drop(manifest, as: "a.manifest.json")
        root.drop("{\"text\":\"one\"}\n{\"text\":\"two\"}\n", as: "a.jsonl")
        root.drop("{\"text\":\"good\"}\n", as: "b.jsonl")
        #expect(try root.run() == .idle)
        #expect(try root.done("a").metrics.failure?.code == code)
        #expect(try root.done("b").outcome == .success)
    }

    @Test func aFileThatFailedIsReadAgainWhenItIsDroppedAgain() throws {
        let root = Root()
        root.drop(#"{"records":5}"#, as: "a.manifest.json")
        root.drop("{\"text\":\"one\"}\n", as: "a.jsonl")
        #expect(try root.run() == .idle)
        root.drop("{\"text\":\"one\"}\n", as: "a.jsonl")
        #expect(try root.run() == .idle)
        #expect(try root.done("a.r2").outcome == .success)
    }

    @Test(arguments: ["../incoming", "", ".", "a/b", String(repeating: "k", count: 300)])
    func aNoteOfAnotherJobNamesAPlainKeyOrNothing(key: String) throws {
        let root = Root()
        var file: [UInt8] = []
        let line = Array("{\"text\":\"one\"}\n".utf8)
        try ZstdEncoder().appendFrame(of: line.span.bytes, to: &file)
        ZstdEncoder.appendSkippableFrame(try DocumentCoding.encode(JobName(queue: "q", key: key)), to: &file)
        root.disk.drop(file, at: root.layout.incoming.appending("a.jsonl.zst"))
        #expect(try root.run() == .idle)
        #expect(try root.done("a").outcome == .success)
    }

    @Test func aRequestToRepeatSomethingElseRepeatsNothing() throws {
        let root = Root()
        root.drop(#"{"again":true,"repeats":"../queue.yaml"}"#, as: "a.manifest.json")
        root.drop("{\"text\":\"one\"}\n", as: "a.jsonl")
        #expect(try root.run() == .idle)
        #expect(try root.done("a").outcome == .success)
    }

    @Test func aTakenNameInTheArchiveStopsNothing() throws {
        let root = Root()
        root.drop("{\"text\":\"one\"}\n", as: "a.jsonl")
        root.disk.drop(Array("kept".utf8), at: root.layout.archive.appending("a.jsonl"))
        #expect(try root.run() == .idle)
        #expect(try root.done("a").keptAs == "a.kept2.jsonl")
        #expect(root.disk.content(of: root.layout.archive.appending("a.jsonl")) == Array("kept".utf8))
    }

    @Test func aKeyThatEndsLikeATemporaryFileIsRememberedToo() throws {
        let root = Root()
        root.drop("{\"text\":\"one\"}\n", as: "foo.tmp.jsonl")
        #expect(try root.run() == .idle)
        root.drop("{\"text\":\"two\"}\n", as: "foo.jsonl")
        #expect(try root.run() == .idle)
        #expect(try root.done("foo.tmp").outcome == .success)
        #expect(try root.done("foo").outcome == .success)
    }

    @Test func errorsAndFailuresOfADirectoryNameThePart() throws {
        let root = OneQueue()
        func drop(_ text: String, as name: String, in directory: String) {
            root.disk.drop(Array(text.utf8), at: root.layout.incoming.appending(directory).appending(name))
        }
        drop("{\"text\": \"good\"}\n", as: "part-0.jsonl", in: "broken")
        drop("no zstd", as: "part-1.jsonl.zst", in: "broken")
        drop("{\"text\": \"good\"}\n", as: "part-0.jsonl", in: "lines")
        drop("{\"text\": \"good\"}\nnothing\n", as: "part-1.jsonl", in: "lines")
        for directory in ["broken", "lines"] { drop("", as: "_SUCCESS", in: directory) }
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        let lines = try root.job("lines").lines(of: PublishedName.errors)
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#""part":"part-1.jsonl","line":3,"#) == true)
        let failure = try #require(try root.job("broken").files[PublishedName.failed])
        #expect(String(decoding: failure, as: UTF8.self).hasPrefix("zstd_bad_magic: In 'part-1.jsonl.zst': "))
    }

    @Test func aDirectoryNamedLikeAStatementIsSetAsideAndHarmsNoOther() throws {
        let root = Root()
        root.disk.dropDirectory(root.layout.incoming.appending("a.done"))
        root.disk.drop([], at: root.layout.incoming.appending("a.done").appending("_SUCCESS"))
        root.drop("{\"text\":\"one\"}\n", as: "a.jsonl")
        #expect(try root.run() == .idle)
        #expect(try root.done("a").outcome == .success)
    }

    @Test func anErrorsFileOfEqualRecordsCanBeDroppedAgain() throws {
        let root = Root()
        let line = "{\"body\":\"" + String(repeating: "lorem ipsum dolor ", count: 500) + "\"}\n"
        root.drop(String(repeating: line, count: 1000), as: "a.jsonl")
        #expect(try root.run() == .idle)
        let errors = root.layout.published("a").appending(PublishedName.errors)
        let content = try #require(root.disk.content(of: errors))
        #expect(content.prefix(4) == [0x28, 0xB5, 0x2F, 0xFD], "readers look for zstd's magic number")
        root.disk.drop(content, at: root.layout.incoming.appending("errors.jsonl.zst"))
        #expect(try root.run() == .idle)
        #expect(try root.done("a.replay1").metrics.records.failed == 1000)
    }
}
