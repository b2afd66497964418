import BatchTesting
import Spool
import SystemPackage
import Testing

/// What others do to the outbox while jobs are on their way there.
@Suite struct OutboxTests {
    private static let lines = (1...20).map { #"{"text": "text \#($0)"}"# + "\n" }.joined()

    /// Lets something be done once the job was accepted and before it is published.
    private func run(_ root: OneQueue, meanwhile: @escaping (SimulatedDisk) -> Void) throws -> SpoolHarness {
        root.drop(Self.lines, as: "job.jsonl")
        let harness = try root.harness()
        harness.keeper.recover(try root.loaded())
        while harness.exchange.progress().jobs.isEmpty { _ = harness.keeper.turn() }
        meanwhile(root.disk)
        #expect(harness.work() == .idle)
        return harness
    }

    @Test(arguments: [[""], ["manifest.json"], ["manifest.json/inside"]])
    func whateverLiesInAJobsPlaceHoldsItAndStopsNothing(_ paths: [String]) throws {
        let root = OneQueue()
        let published = root.layout.published("job")
        let harness = try run(root) { disk in
            for path in paths {
                disk.drop(Array("not ours".utf8), at: path.isEmpty ? published : published.appending(path))
            }
        }
        #expect(harness.keeper.stoppedQueues.isEmpty)
        #expect(try root.names(in: root.layout.hold) == ["job", "job.input.jsonl"])
        root.drop(Self.lines, as: "next.jsonl")
        #expect(harness.work() == .idle)
        #expect(try root.job("next").violations == [])
    }

    @Test(arguments: ["outbox/q", "outbox"])
    func anOutboxThatWasRemovedIsMadeAgain(_ path: String) throws {
        let root = OneQueue()
        let harness = try run(root) { disk in try? disk.removeTree(FilePath(path)) }
        #expect(harness.keeper.stoppedQueues.isEmpty)
        #expect(try root.job("job").violations == [])
    }
}
