import Glibc
import Spool
import SystemPackage

/// Plans a sweep over the queues of a root, and carries it out; what fails keeps nothing else from going.
struct GarbageCollection {
    let root: SpoolRoot
    let queues: [String]
    /// Whether answers kept for other nights that belong to no queue are looked for.
    let includesCaches: Bool
    private let time = SystemTimeSource()

    /// Sweeps one queue, or all and what belongs to none.
    init(root: SpoolRoot, queue: String?) throws {
        self.root = root
        if let queue { try root.requireQueue(queue) }
        queues = try queue.map { [$0] } ?? root.queueNames()
        includesCaches = queue == nil
    }

    /// What would go.
    func planned() throws -> GarbageReport {
        var report = GarbageReport(applied: false)
        let plans = try plans(&report)
        for findings in plans.map({ $0.findings() }) + (try caches()) { report.add(findings) }
        let isRunning = try InstanceLock.isHeld(root: root.path)
        report.doneLeft = isRunning && report.items.contains { $0.place == .done }
        return report
    }

    /// Removes it.
    func applied() throws -> GarbageReport {
        var report = GarbageReport(applied: true)
        let plans = try plans(&report)
        guard let sweeper = try Sweeper.begin(disk: root.disk, root: root.path) else {
            throw CommandFailure(
                ExitStatus.temporary,
                "another 'batchd gc' is at work on '\(root.path)'; try again later"
            )
        }
        report.failures += try sweeper.removeLeftOvers()
        for findings in plans.map({ $0.findings() }) + (try caches()) {
            report.failures += findings.failures
            remove(findings.items.filter { $0.place != .done }, sweeper, &report)
        }
        try sweeper.makeDurable(report.items)
        try removeRecords(plans, sweeper, &report)
        report.failures = report.failures.map(named)
        return report
    }

    private func remove(_ items: [SweepItem], _ sweeper: Sweeper, _ report: inout GarbageReport) {
        for item in items {
            do throws(FileSystemError) {
                if try sweeper.remove(item) { report.items.append(item) }
            } catch {
                report.failures.append(SweepFailure(FilePath(item.path), error))
            }
        }
    }

    /// Says whose it is, where that is why it stays.
    private func named(_ failure: SweepFailure) -> SweepFailure {
        guard failure.error.isRefusal, let user = root.user, user == geteuid() else { return failure }
        let isMoved = failure.error.path.starts(with: SpoolLayout.state)
        let left = isMoved ? FilePath(root: nil, failure.error.path.components.prefix(2)) : FilePath(failure.path)
        var named = failure
        named.reason =
            "\(failure.error); not all of it belongs to \(Place.name(ofUser: user)): "
            + "chown -R \(Place.name(ofUser: user)) '\(root.path.pushing(left))', then again"
        return named
    }

    private func caches() throws -> [SweepFindings] {
        guard includesCaches else { return [] }
        let caching = try queues.filter { try root.queueConfiguration(of: $0).values.cacheBytes != nil }
        return [CacheSweep(disk: root.disk, caching: Set(caching), time: time).findings()]
    }

    /// Removes records of jobs, which a daemon reads at any moment, so none may run.
    private func removeRecords(_ plans: [SweepPlan], _ sweeper: Sweeper, _ report: inout GarbageReport) throws {
        let found = plans.flatMap { $0.records().items }
        guard !found.isEmpty else { return }
        guard let lock = try InstanceLock.tryLock(root: root.path) else {
            report.doneLeft = true
            return
        }
        let others = report.items.count
        remove(found, sweeper, &report)
        try sweeper.makeDurable(Array(report.items[others...]))
        withExtendedLifetime(lock) {}
    }

    /// A plan for each queue whose records of jobs can be read: without them nobody knows how old the rest is.
    private func plans(_ report: inout GarbageReport) throws -> [SweepPlan] {
        let daemon = try root.daemonConfiguration().retention
        var plans: [SweepPlan] = []
        for queue in queues {
            let rules = try RetentionRules(
                queue: root.queueConfiguration(of: queue).values.retention,
                daemon: daemon,
                file: QueueLayout(queue: queue).configuration.string
            )
            do throws(FileSystemError) {
                plans.append(try SweepPlan(disk: root.disk, queue: queue, rules: rules, time: time))
            } catch {
                report.failures.append(SweepFailure(QueueLayout(queue: queue).done, error))
            }
        }
        return plans
    }
}
