/// One thing that a look at a root has shown.
public struct Finding: Sendable, Equatable, Codable {
    /// How much it matters.
    public enum Severity: String, Sendable, Codable, CaseIterable, Comparable {
        /// As it should be.
        case ok
        /// Worth knowing, and nothing to do.
        case note
        /// Work goes on, and somebody should look.
        case warning
        /// Work does not go on, or a promise is not kept.
        case error

        /// The order of severity.
        public static func < (left: Severity, right: Severity) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// What it is about.
    public enum Area: String, Sendable, Codable, CaseIterable {
        /// batchd.yaml and queue.yaml.
        case configuration
        /// The directories of the root and what their file system can do.
        case disk
        /// Who owns what, and who may write where.
        case permissions
        /// What is free.
        case space
        /// The machine's time.
        case clock
        /// What the system lets a process have.
        case limits
        /// Processor and kernels.
        case machine
        /// The models of the queues.
        case models
        /// Jobs and files that wait for a person.
        case leftOvers = "left_overs"
        /// Whether one runs, and what it says.
        case daemon
    }

    /// What it is about.
    public var area: Area
    /// How much it matters.
    public var severity: Severity
    /// The file, directory, queue or thing.
    public var subject: String
    /// What was seen, with numbers.
    public var seen: String
    /// What to do; nil where there is nothing to do.
    public var advice: String?

    /// Creates a finding.
    public init(_ area: Area, _ severity: Severity, _ subject: String, _ seen: String, advice: String? = nil) {
        self.area = area
        self.severity = severity
        self.subject = subject
        self.seen = seen
        self.advice = advice
    }

    /// What could not be looked at.
    ///
    /// - Parameters:
    ///   - area: What it is about.
    ///   - subject: The file or directory.
    ///   - error: Why not.
    /// - Returns: A note where the user may not look, else an error.
    static func unseen(_ area: Area, _ subject: String, _ error: FileSystemError) -> Finding {
        guard error.isRefusal else { return Finding(area, .error, subject, "\(error)", advice: error.remedy) }
        return Finding(
            area,
            .note,
            subject,
            "not looked at: \(error.operation) of '\(error.path)': \(error.errno)",
            advice: "run doctor as the user that batchd runs as, or as root"
        )
    }
}

extension Int {
    /// A size as people say it, `61.2 GiB`.
    public var bytesInWords: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(self)
        var unit = 0
        while value >= 1024 && unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return unit == 0 || tenths % 10 == 0
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

extension Double {
    /// A time as people say it, `3 d`, `2 h`, `40 s`, from seconds.
    public var ageInWords: String {
        switch self {
        case 172_800...: "\(Int(self / 86_400)) d"
        case 7200...: "\(Int(self / 3600)) h"
        case 120...: "\(Int(self / 60)) min"
        default: "\(Int(self)) s"
        }
    }
}
