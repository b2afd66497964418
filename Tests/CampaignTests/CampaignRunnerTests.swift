import Campaign
import Glibc
import Synchronization
import SystemPackage
import Testing

/// A campaign is broken off and gone on with; what was done is not done again.
@Suite struct CampaignRunnerTests {
    private func runner(in directory: FilePath) -> CampaignRunner {
        CampaignRunner(
            log: ResultLog(directory.appending("results.jsonl")),
            context: CampaignContext(binary: "/usr/bin/true", scratch: directory, sources: "/"),
            build: "test",
            jobs: 2
        )
    }

    @Test func aSeedThatWasRunIsNotRunAgain() throws {
        let directory = try ScratchDirectory()
        defer {
            unlink(directory.path.appending("results.jsonl").string)
            for worker in 0..<2 { rmdir(directory.path.appending("worker-\(worker)").string) }
        }
        let ran = Mutex<[Int]>([])
        let part = CampaignPart(number: 1, name: "some", purpose: "tries", seeds: 1...5, casesWanted: 5) { seed, _ in
            ran.withLock { $0.append(seed) }
            var outcome = SeedOutcome()
            outcome.note(seed == 2 ? ["I1 broke"] : [], "seed \(seed)")
            return outcome
        }
        let runner = runner(in: directory.path)
        #expect(try runner.run(part, seeds: 1...3) { _ in } == 1)
        #expect(try runner.run(part, seeds: 1...5) { _ in } == 1)
        #expect(ran.withLock { $0.sorted() } == [1, 2, 3, 4, 5])
        let lines = try runner.log.lines()
        #expect(lines.count == 5)
        #expect(lines.first { $0.seed == 2 }?.outcome.violations == ["seed 2: I1 broke"])
    }

    @Test func partsHaveNumbersOfTheirOwn() {
        let numbers = CampaignPart.all.map(\.number)
        #expect(numbers == numbers.sorted())
        #expect(Set(numbers).count == numbers.count)
    }
}
