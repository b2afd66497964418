/// Whether the system lets batchd have what it needs.
public struct LimitDiagnosis {
    private let limits: ProcessLimits
    private let whose: String
    private let threads: Int
    private let needBytes: Int?

    /// Open files below which batchd fails, and below which it may.
    private static let openFiles = (least: 64, comfortable: 1024)
    /// Threads beside those that compute: the keeper, the parent and what the runtime makes.
    private static let furtherThreads = 16

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - limits: What was read.
    ///   - whose: The process that they hold for, to complete the sentence "… of …".
    ///   - threads: The compute threads that are configured.
    ///   - needBytes: The memory that an engine of this root has had at most; nil where none is known.
    public init(limits: ProcessLimits, whose: String, threads: Int, needBytes: Int?) {
        self.limits = limits
        self.whose = whose
        self.threads = threads
        self.needBytes = needBytes
    }

    /// Files, memory, threads and time.
    ///
    /// - Returns: What was found.
    public func findings() -> [Finding] {
        [files(), memory(), tasks(), time()] + [fileSize()].compactMap(\.self)
    }

    private func files() -> Finding {
        guard let files = limits.openFiles else { return Finding(.limits, .ok, "open files", "no limit, \(whose)") }
        let seen = "\(files), \(whose)"
        let advice = "ulimit -n 4096, or LimitNOFILE=4096 of systemd"
        if files < Self.openFiles.least { return Finding(.limits, .error, "open files", seen, advice: advice) }
        guard files < Self.openFiles.comfortable else { return Finding(.limits, .ok, "open files", seen) }
        return Finding(.limits, .warning, "open files", seen, advice: advice)
    }

    private func fileSize() -> Finding? {
        guard let bytes = limits.fileBytes else { return nil }
        let seen = "at most \(bytes.bytesInWords), \(whose): a longer result file fails like a full disk"
        return Finding(.limits, .warning, "file size", seen, advice: "ulimit -f unlimited, or LimitFSIZE=infinity")
    }

    private func memory() -> Finding {
        let limit = [limits.memoryBytes, limits.addressSpaceBytes].compactMap(\.self).min()
        let need = needBytes.map { "; an engine of this root had \($0.bytesInWords) at most" } ?? ""
        guard let limit else { return Finding(.limits, .ok, "memory", "no limit, \(whose)\(need)") }
        let seen = "at most \(limit.bytesInWords), \(whose)\(need)"
        // The page cache of the control group must fit as well, so a tight fit is a slow one.
        guard let needBytes, limit - limit / 4 < needBytes else { return Finding(.limits, .ok, "memory", seen) }
        let severity: Finding.Severity = limit < needBytes ? .error : .warning
        return Finding(.limits, severity, "memory", seen, advice: "raise MemoryMax=, or lower 'threads' in batchd.yaml")
    }

    private func tasks() -> Finding {
        let limit = [limits.tasks, limits.processes].compactMap(\.self).min()
        guard let limit else { return Finding(.limits, .ok, "threads", "no limit, \(whose)") }
        let seen = "\(limit) processes and threads, \(whose); \(threads) compute"
        guard limit < threads + Self.furtherThreads else { return Finding(.limits, .ok, "threads", seen) }
        return Finding(.limits, .error, "threads", seen, advice: "raise TasksMax= or ulimit -u")
    }

    private func time() -> Finding {
        if let seconds = limits.processorSeconds {
            let seen = "\(seconds) s, \(whose): a process that has used so much is killed, whatever it computes"
            let advice = "ulimit -t unlimited, or LimitCPU=infinity of systemd"
            return Finding(.limits, .error, "processor time", seen, advice: advice)
        }
        guard let cores = limits.cores else { return Finding(.limits, .ok, "processor time", "no limit, \(whose)") }
        let seen = "\((cores * 100).rounded() / 100) cores' worth, \(whose); \(threads) threads compute"
        guard cores < Double(threads) else { return Finding(.limits, .ok, "processor time", seen) }
        let advice = "set 'threads: \(max(1, Int(cores)))' in batchd.yaml, or raise CPUQuota="
        return Finding(.limits, .warning, "processor time", seen, advice: advice)
    }
}
