import ArgumentParser
import Spool

/// `batchd alerts test`: sends an alarm that means nothing to every destination.
struct AlertsTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Sends a test alarm to everything that 'alerts' in batchd.yaml names.",
        discussion: """
            The alarm is called BatchdTest, has the severity 'none', and is over after five minutes. What the command \
            writes is shown here. It is sent once, as the user who asks, and a daemon has no part in it: what a service \
            may not reach, this command may. Exit 69 where something did not arrive, 78 where nothing is configured.

            Example:
              batchd alerts test --root /srv/batchd
            """
    )

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let destinations = try root.daemonConfiguration().alerts.destinations(isHeard: true)
            guard !destinations.isEmpty else {
                throw CommandFailure(
                    ExitStatus.configuration,
                    "batchd.yaml names nothing to send alarms to; give 'alerts.webhook' or 'alerts.command'"
                )
            }
            let notice = AlertNotice.test(
                sender: Machine.alertSender(root: root.path),
                nowWallSeconds: SystemTimeSource().wallSeconds
            )
            var failed: [String] = []
            for destination in destinations {
                defer { destination.close() }
                if try !Self.report(destination.deliver([notice]), destination.name) { failed.append(destination.name) }
            }
            guard failed.isEmpty else {
                throw CommandFailure(
                    ExitStatus.unavailable,
                    "the test alarm did not arrive: \(failed.joined(separator: ", "))"
                )
            }
        }
    }

    /// - Returns: Whether it arrived.
    private static func report(_ delivery: AlertDelivery, _ name: String) throws -> Bool {
        switch delivery {
        case .delivered:
            try StandardStream.output("\(name): the test alarm was taken\n")
            return true
        case .refused(let reason, let said), .failed(let reason, let said):
            let answer = said.isEmpty ? "" : "\n  it said: \(said.visible)"
            try StandardStream.output("\(name): \(reason.visible)\(answer)\n")
            return false
        }
    }
}
