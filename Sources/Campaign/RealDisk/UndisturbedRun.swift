import BatchTesting
import Spool
import SystemPackage

/// A run of a workload without a fault, with which others are compared.
struct UndisturbedRun: Sendable {
    /// Its changing calls, in order.
    let calls: [CountedCall]
    /// What it published.
    let published: [JobName: PublishedJob]
    /// What was wrong with it.
    let violations: [String]

    /// Fewer calls than a run can do with: the library is not at work.
    private static let callsMinimum = 100

    /// Runs.
    ///
    /// - Throws: Where the root cannot be made or the run not started.
    init(of workload: Workload, _ shim: FaultShim, _ context: CampaignContext, countsClosing: Bool = false) throws {
        let trial = try WorkloadTrial(workload, at: context.scratch.appending("undisturbed"), binary: context.binary)
        defer { trial.remove() }
        let armed = try shim.arm(root: trial.root.directory, deed: nil, countsClosing: countsClosing)
        let end = try trial.run(armed)
        calls = try armed.log()
        published = trial.published
        var violations = trial.violationsWhenIdle()
        if end.end != .ended(.exited(0)) { violations.append("I8 it ends with \(end.end): \(end.words)") }
        if calls.count < Self.callsMinimum { violations.append("the library counts only \(calls.count) calls") }
        self.violations = violations
    }
}
