import Glibc
import Spool

/// Whether what alarms need to leave the machine is there; whether they arrive, `batchd alerts test` says.
struct AlertExamination {
    let alerts: DaemonConfiguration.Alerts

    /// What was found; nothing where alarms stay in the outbox.
    func findings() -> [Finding] {
        let token = alerts.webhookTokenFile.map { path in
            finding("token", path, R_OK, advice: "write the token there, readable for the user that batchd runs as")
        }
        let program = alerts.command.first.map { path in
            finding("command", path, X_OK, advice: "put the program there, executable for the user that batchd runs as")
        }
        return [token, program].compactMap(\.self)
    }

    private func finding(_ subject: String, _ path: String, _ mode: CInt, advice: String) -> Finding {
        let subject = "alerts: \(subject)"
        if access(path, mode) == 0 { return Finding(.configuration, .ok, subject, "'\(path)' is there") }
        if access(path, F_OK) != 0 && errno == EACCES {
            let advice = "run doctor as the user that batchd runs as, or as root"
            return Finding(
                .configuration,
                .note,
                subject,
                "not looked at: '\(path)': Permission denied",
                advice: advice
            )
        }
        let reason = access(path, F_OK) == 0 ? "may not be \(mode == X_OK ? "run" : "read")" : "is not there"
        return Finding(.configuration, .warning, subject, "'\(path)' \(reason); alarms wait for it", advice: advice)
    }
}
