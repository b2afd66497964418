/// Where the alarms of monitors go beside `alerts.jsonl`.
extension DaemonConfigurationKeys {
    static let alertsWebhookURL = ConfigurationKey<String?>(
        "alerts.webhook",
        .optional(.webAddress, absent: "none"),
        fallback: nil,
        example: "http://localhost:9093/api/v2/alerts",
        "Where alarms are posted, as Alertmanager's API v2 takes them; again and again until they have arrived."
    )
    static let alertsWebhookTimeout = ConfigurationKey<Duration>(
        "alerts.webhook_timeout",
        .duration(.milliseconds(10) ... .seconds(300)),
        fallback: .seconds(10),
        example: "30s",
        "How long one request may take. Jobs never wait for it."
    )
    static let alertsWebhookTokenFile = ConfigurationKey<String?>(
        "alerts.webhook_token_file",
        .optional(.absolutePath, absent: "none"),
        fallback: nil,
        example: "/etc/batchd/webhook.token",
        "A file with the token to send as 'Authorization: Bearer'; read for each request."
    )
    static let alertsCommand = ConfigurationKey<[String]>(
        "alerts.command",
        .command,
        fallback: [],
        example: "[/usr/local/bin/tell-somebody, --urgent]",
        "A program that is given the same JSON on its standard input, without a shell; it is to exit "
            + "with 0, or with 65 where it will never take them."
    )
    static let alertsCommandTimeout = ConfigurationKey<Duration>(
        "alerts.command_timeout",
        .duration(.milliseconds(10) ... .seconds(3600)),
        fallback: .seconds(30),
        example: "2m",
        "How long the program may take; then it is killed with all that it started, and run again later."
    )

    /// The rows of this section, in the order of the reference.
    static let alertEntries = [
        alertsWebhookURL.entry, alertsWebhookTimeout.entry, alertsWebhookTokenFile.entry, alertsCommand.entry,
        alertsCommandTimeout.entry,
    ]
}
