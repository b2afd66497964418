import Glibc
import Spool

extension EngineDeath {
    /// How an engine ended, for a person: "signal 11", "exit code 1", "no answer in time".
    var words: String { words(processorSeconds: Self.processorSeconds) }

    /// What to look at when engines die by no record's fault.
    static var advice: String { advice(processorSeconds: processorSeconds) }

    /// How an engine ended, with what may have sent the signal.
    ///
    /// - Parameter processorSeconds: The processor time that a process may have here; nil for any.
    /// - Returns: "signal 9 (killed: …)".
    func words(processorSeconds: Int?) -> String {
        switch self {
        case .signal(let number): "signal \(number)" + Self.reason(of: CInt(number), processorSeconds)
        case .exit(let code): "exit code \(code)"
        case .timeout: "no answer in time"
        }
    }

    /// What to look at when engines die by no record's fault.
    ///
    /// - Parameter processorSeconds: The processor time that a process may have here; nil for any.
    /// - Returns: Sentences.
    static func advice(processorSeconds: Int?) -> String {
        let limit = processorSeconds.map {
            "a process may have \($0) s of processor time here, which ends with signal 9 or 24: raise it (ulimit -t, "
                + "LimitCPU= of systemd); "
        }
        return (limit ?? "")
            + "after signal 9 look for 'out of memory' in the kernel's log (dmesg) and lower 'threads'; "
            + "anything else is a defect of batchd, please report it with the lines above"
    }

    private static var processorSeconds: Int? { ProcessLimits(process: "self")?.processorSeconds }

    private static func reason(of signal: CInt, _ processorSeconds: Int?) -> String {
        let limit = processorSeconds.map { "the limit of \($0) s on processor time (ulimit -t, LimitCPU= of systemd)" }
        return switch signal {
        case SIGXCPU: " (killed by \(limit ?? "a limit on processor time"))"
        case SIGKILL:
            " (killed: \(limit.map { "by \($0), " } ?? "")by somebody, or by the kernel when memory ran out; "
                + "dmesg says which)"
        default: ""
        }
    }
}
