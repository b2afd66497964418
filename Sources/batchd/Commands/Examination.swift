import BatchCore
import FoundationEssentials
import Glibc
import Kernels
import Spool
import SystemPackage

/// Everything that a doctor looks at, in the order of the report.
struct Examination {
    private let root: SpoolRoot
    private let time = SystemTimeSource()
    private let models: ModelExamination

    init(root: SpoolRoot) {
        self.root = root
        models = ModelExamination(root: root)
    }

    /// Looks at all of it.
    func findings() throws -> [Finding] {
        let clock = ClockDiagnosis(disk: root.disk, time: time)
        let daemonReading = root.daemonReading()
        let daemon = daemonReading.values ?? DaemonConfiguration()
        let queues = try root.queueNames()
        let isRunning = try? InstanceLock.isHeld(root: root.path)
        var findings = configuration(queues, mistakes: daemonReading.mistakes)
        findings += ((try? root.orphanedQueues()) ?? []).map { orphan in
            Finding(
                .configuration,
                orphan.waiting == 0 ? .note : .warning,
                orphan.file,
                "is not there, so \(OrphanedQueue.meaning); \(orphan.waitingInWords)",
                advice: orphan.advice
            )
        }
        findings += root.ignoredConfigurations().map { ignored in
            let severity: Finding.Severity = ignored.isEarly ? .note : .warning
            return Finding(.configuration, severity, ignored.file, ignored.reason, advice: ignored.advice)
        }
        findings += AlertExamination(alerts: daemon.alerts).findings()
        findings += DirectoryDiagnosis(
            disk: root.disk,
            queues: queues,
            pollSeconds: daemon.pollSeconds,
            allowsNetwork: daemon.allowNetworkRoot
        ).findings()
        findings += queues.map(rename)
        findings += permissions(queues)
        findings += SpaceDiagnosis(disk: root.disk, minimumFreeBytes: daemon.minimumFreeBytes).findings()
        findings += machine(daemon)
        findings += models.findings(queues)
        findings += caches(queues)
        for queue in queues {
            findings += LeftOverDiagnosis(disk: root.disk, queue: queue, time: time, isRunning: isRunning ?? false)
                .findings()
            findings += StrayDiagnosis(disk: root.disk, queue: queue, time: time).findings()
        }
        findings += DaemonDiagnosis(disk: root.disk, root: root.path, time: time).findings(isRunning: isRunning)
        let alerts = (try? root.undeliveredAlerts()) ?? UndeliveredAlerts()
        findings += (alerts.waiting.map(\.words) + alerts.refused.map(\.words)).map { words in
            let advice = "'batchd alerts test' says what the receiver answers"
            return Finding(.daemon, .warning, "alarms", words, advice: advice)
        }
        return findings + clock.findings()
    }

    private func configuration(_ queues: [String], mistakes: [ConfigurationError]) -> [Finding] {
        let wrong = mistakes + queues.flatMap { root.queueReading(of: $0).mistakes }
        guard !wrong.isEmpty else {
            let severity: Finding.Severity = queues.isEmpty ? .error : .ok
            let advice = queues.isEmpty ? "write one into spool/NAME/queue.yaml, 'model: sentiment' is enough" : nil
            let seen = "batchd.yaml and \(queues.count) queue.yaml without mistakes"
            return [Finding(.configuration, severity, "files", seen, advice: advice)]
        }
        return wrong.map { mistake in
            let place = mistake.line.map { "\(mistake.file):\($0)" } ?? mistake.file
            let advice = "mend it, then 'batchd config check'; 'batchd config reference' explains each key"
            return Finding(.configuration, .error, place, mistake.message, advice: advice)
        }
    }

    /// What lies in state/cache; of a queue whose configuration cannot be read, nobody knows whether it has one.
    private func caches(_ queues: [String]) -> [Finding] {
        var bounds: [String: Int] = [:]
        var undecided: Set<String> = []
        for queue in queues {
            if let values = root.queueReading(of: queue).values {
                bounds[queue] = values.cacheBytes
            } else {
                undecided.insert(queue)
            }
        }
        return CacheDiagnosis(disk: root.disk, bounds: bounds, undecided: undecided).findings()
    }

    private func rename(_ queue: String) -> Finding {
        RenameProbe(disk: root.disk, queue: queue, token: "\(getpid())", now: { time.monotonicSeconds }).finding()
    }

    /// The user that batchd runs as is whoever owns what it has made.
    private func permissions(_ queues: [String]) -> [Finding] {
        guard let user = root.user else {
            let advice = "run doctor as the user that batchd runs as, or as root"
            return [Finding(.permissions, .note, ".", "not known whose the root is", advice: advice)]
        }
        let seen = "batchd runs as \(Place.name(ofUser: user)); doctor as \(Place.name(ofUser: geteuid()))"
        let advice = "give it a user of its own, see docs/SECURITY.md: root reads what a sender could not"
        let asWhom =
            user == 0
            ? Finding(.permissions, .warning, "user", seen, advice: advice) : Finding(.permissions, .ok, "user", seen)
        return [asWhom] + PermissionDiagnosis(disk: root.disk, queues: queues, user: user).findings()
            + ForeignEntryDiagnosis(disk: root.disk, queues: queues, user: user).findings()
    }

    private func machine(_ daemon: DaemonConfiguration) -> [Finding] {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let threads = daemon.threads ?? cores
        let process = DaemonDiagnosis.process(holding: root.path)
        let ofDaemon = process.flatMap { ProcessLimits(process: "\($0)") }
        let limits = ofDaemon ?? ProcessLimits(process: "self") ?? ProcessLimits()
        let whose = ofDaemon == nil ? "for this shell" : "for the daemon (process \(process ?? 0))"
        let diagnosis = LimitDiagnosis(limits: limits, whose: whose, threads: threads, needBytes: lastPeakBytes())
        return diagnosis.findings() + [memory(), processor(cores, threads), kernels()]
    }

    private func memory() -> Finding {
        guard let memory = MachineMemory.bytes else { return Finding(.machine, .note, "memory", "/proc says nothing") }
        let seen = "\(memory.available.bytesInWords) of \(memory.total.bytesInWords) could be had"
        guard memory.available < 256 << 20 else { return Finding(.machine, .ok, "memory", seen) }
        let advice = "end what else needs memory, or lower 'threads' in batchd.yaml"
        return Finding(.machine, .warning, "memory", seen, advice: advice)
    }

    private func processor(_ cores: Int, _ threads: Int) -> Finding {
        let seen = "\(cores) cores, \(threads) compute threads"
        guard threads > cores else { return Finding(.machine, .ok, "cores", seen) }
        return Finding(.machine, .warning, "cores", seen, advice: "set 'threads: auto' in batchd.yaml")
    }

    private func kernels() -> Finding {
        let variable = KernelTable.environmentVariable
        let known = KernelTable.available.map(\.name)
        let forced = ProcessInfo.processInfo.environment[variable]
        do {
            let chosen = try KernelTable.select(forced: forced).name
            let seen = "\(chosen), of \(known.joined(separator: ", ")); \(Machine.build)"
            guard let forced, !forced.isEmpty else { return Finding(.machine, .ok, "kernels", seen) }
            let advice = "unset \(variable), unless you are looking for a fault"
            return Finding(.machine, .note, "kernels", "\(seen), forced by \(variable)", advice: advice)
        } catch {
            return Finding(.machine, .error, "kernels", "\(error)", advice: "unset \(variable)")
        }
    }

    /// The memory that the newest engine of this root had at most, as its metrics say.
    private func lastPeakBytes() -> Int? {
        let peaks = ((try? root.queueNames()) ?? []).compactMap { queue in
            QueueInspector(disk: root.disk, queue: queue).newestMetrics()
        }
        return peaks.max { $0.finishedAt < $1.finishedAt }?.peakRSSBytes
    }
}
