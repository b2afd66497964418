import Spool
import SystemPackage
import Webhooks

extension DaemonConfiguration.Alerts {
    /// What the configuration names.
    ///
    /// - Parameter isHeard: Whether what the command writes is shown.
    /// - Returns: A destination for each way, none where there is none.
    func destinations(isHeard: Bool = false) -> [any AlertDestination] {
        var destinations: [any AlertDestination] = []
        if let webhookURL {
            let settings = WebhookSettings(
                url: webhookURL,
                timeoutSeconds: webhookTimeoutSeconds,
                bearerTokenFile: webhookTokenFile.map { FilePath($0) }
            )
            let agent = Machine.build.split(separator: " ").joined(separator: "/")
            destinations.append(WebhookDestination(settings, agent: agent))
        }
        if !command.isEmpty {
            destinations.append(
                CommandDestination(command, timeoutSeconds: commandTimeoutSeconds, isHeard: isHeard)
            )
        }
        return destinations
    }
}
