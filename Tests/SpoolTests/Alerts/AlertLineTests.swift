import Testing

@testable import Spool

@Suite struct AlertLineTests {
    private func entry(_ queue: String, _ key: String) -> AlertBacklog.Entry {
        AlertBacklog.Entry(job: JobName(queue: queue, key: key), finished: 0)
    }

    /// Sends what waits to a receiver that takes nothing of some queues.
    ///
    /// - Returns: The attempts, and whether each of them arrived.
    private func attempts(_ line: inout AlertLine, refusing queues: Set<String>, maximum: Int) -> [String] {
        var attempts: [String] = []
        while attempts.count < maximum, let next = line.next() {
            let isTaken = !queues.contains(next.job.queue)
            attempts.append((isTaken ? "" : "!") + next.job.path)
            if isTaken { line.remove(next.job) } else { line.passOver(next.job) }
        }
        return attempts
    }

    @Test func aQueueWhoseAlarmsAreNotTakenHoldsUpNoOther() {
        var line = AlertLine()
        for (queue, key) in [("a", "1"), ("b", "1"), ("a", "2"), ("c", "1"), ("b", "2")] { line.add(entry(queue, key)) }
        #expect(attempts(&line, refusing: ["a"], maximum: 6) == ["!a/1", "b/1", "c/1", "b/2", "!a/1", "!a/1"])
        #expect(attempts(&line, refusing: [], maximum: 6) == ["a/1", "a/2"])
    }

    @Test func twoSuchQueuesDoNotStarveAThird() {
        var line = AlertLine()
        for queue in ["a", "b", "c", "a", "c"] { line.add(entry(queue, "\(line.waiting.count)")) }
        #expect(attempts(&line, refusing: ["a", "b"], maximum: 5) == ["!a/0", "!b/1", "c/2", "c/4", "!a/0"])
    }

    @Test func whatIsFoundOfFormerRunsComesFirstAndOnce() {
        var line = AlertLine()
        line.add(entry("a", "2"))
        line.add(entry("a", "2"))
        line.add(former: [entry("a", "1"), entry("a", "2")])
        #expect(line.waiting.map(\.job.key) == ["1", "2"])
    }
}
