import Spool
import SystemPackage

/// Plans a sweep over the queues of a root, and carries it out.
struct GarbageCollection {
    let root: SpoolRoot
    let queues: [String]
    private let time = SystemTimeSource()

    init(root: SpoolRoot, queues: [String]) {
        self.root = root
        self.queues = queues
    }

    /// What would go.
    func planned() throws -> GarbageReport {
        let items = try plans().flatMap { try $0.items() }
        var report = GarbageReport(applied: false, items: items)
        report.doneLeft = try InstanceLock.isHeld(root: root.path) && items.contains { $0.place == .done }
        return report
    }

    /// Removes it.
    func applied() throws -> GarbageReport {
        let plans = try plans()
        guard let sweeper = try Sweeper.begin(disk: root.disk, root: root.path) else {
            throw CommandFailure(
                ExitStatus.temporary,
                "another 'batchd gc' is at work on '\(root.path)'; try again later"
            )
        }
        try sweeper.removeLeftOvers()
        var report = GarbageReport(applied: true, items: [])
        for item in try plans.flatMap({ try $0.items() }) where item.place != .done {
            if try sweeper.remove(item) { report.items.append(item) }
        }
        try sweeper.makeDurable(report.items)
        try removeRecords(plans, sweeper, &report)
        return report
    }

    /// Removes records of jobs, which a daemon reads at any moment, so none may run.
    private func removeRecords(_ plans: [SweepPlan], _ sweeper: Sweeper, _ report: inout GarbageReport) throws {
        let found = try plans.flatMap { try $0.records() }
        guard !found.isEmpty else { return }
        guard let lock = try InstanceLock.tryLock(root: root.path) else {
            report.doneLeft = true
            return
        }
        let removed = try found.filter { try sweeper.remove($0) }
        try sweeper.makeDurable(removed)
        report.items += removed
        withExtendedLifetime(lock) {}
    }

    private func plans() throws -> [SweepPlan] {
        let daemon = try root.daemonConfiguration().retention
        return try queues.map { queue in
            let rules = try RetentionRules(
                queue: root.queueConfiguration(of: queue).values.retention,
                daemon: daemon,
                file: QueueLayout(queue: queue).configuration.string
            )
            return try SweepPlan(disk: root.disk, queue: queue, rules: rules, time: time)
        }
    }
}
