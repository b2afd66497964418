import BatchTesting
import SystemPackage
import Testing

@testable import Spool

/// A file is answered as often as it was asked for, whatever became of it before.
@Suite struct RepeatedDropTests {
    private static let line = "{\"text\": \"good\"}\n"

    private func dropWithWrongManifest(in root: OneQueue) {
        root.drop(#"{"bytes": 1}"#, as: "a.jsonl.manifest.json")
        root.drop(Self.line, as: "a.jsonl")
    }

    @Test func fileThatWasMendedIsADuplicateFromThenOn() throws {
        let root = OneQueue()
        dropWithWrongManifest(in: root)
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        for _ in 0..<3 {
            root.drop(Self.line, as: "a.jsonl")
            #expect(harness.work() == .idle)
        }
        #expect(try root.names(in: root.layout.outbox) == ["a", "a.r2"])
        #expect(harness.keeper.tally.duplicates == 2)
    }

    @Test func fileBesideOneOfItsContentThatIsAboutToFailIsAnswered() throws {
        let root = OneQueue()
        dropWithWrongManifest(in: root)
        root.drop(Self.line, as: "a.ndjson")
        let harness = try root.harness()
        #expect(harness.run() == .idle)
        #expect(harness.keeper.tally.failed == 1)
        #expect(harness.keeper.tally.succeeded == 1)
        #expect(try root.names(in: root.layout.outbox) == ["a", "a.r2"])
    }

    @Test(arguments: [FaultPlan.Fault.killAfter, .killBefore])
    func failedFileIsPublishedOnceWhateverAPowerLossUndoes(_ death: FaultPlan.Fault) throws {
        for call in stride(from: 10, through: 60, by: 2) {
            let root = OneQueue()
            dropWithWrongManifest(in: root)
            root.disk.setPlan(FaultPlan(call: call, death))
            let dead = root.disk
            _ = try root.harness(isDead: { dead.isDead }).run()
            let next = root.disk.afterRestart(.powerLoss(seed: UInt64(call)))
            #expect(try root.harness(on: next).run() == .idle)
            let jobs = try next.entries(of: root.layout.outbox, maximum: .max).map(\.name.string)
            #expect(jobs == ["a"], "killed at call \(call)")
            #expect(try next.entries(of: root.layout.incoming, maximum: .max).isEmpty, "killed at call \(call)")
        }
    }
}
