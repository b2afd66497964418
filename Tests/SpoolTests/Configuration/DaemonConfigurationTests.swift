import Logging
import Spool
import Testing

@Suite struct DaemonConfigurationTests {
    @Test func emptyFileGivesTheDefaults() throws {
        let daemon = try DaemonConfiguration.parse(yaml: "", file: "batchd.yaml")
        #expect(daemon == DaemonConfiguration())
        #expect(daemon.threads == nil)
        #expect(daemon.logLevel == .info)
        #expect(daemon.retention.doneDays == 400)
    }

    @Test func everyKeyIsRead() throws {
        let yaml = """
            threads: 2
            log: { level: debug, format: json }
            poll_seconds: 0.25
            minimum_free_bytes: 0
            retention: { done_days: 30, replay_days: 10, archive_days: never, quarantine_days: 5, hold_days: 6, outbox_days: 7 }
            metrics: { textfile: false }
            report: { core_hour_price: 0.042, currency: CNY }
            alerts:
              webhook: https://a.example:9093/x
              webhook_timeout: 3s
              webhook_token_file: /etc/token
              command: [/bin/tell, 7, ""]
              command_timeout: 1m
            allow_network_root: true
            """
        var expected = DaemonConfiguration()
        expected.threads = 2
        expected.logLevel = .debug
        expected.logFormat = .json
        expected.poll = .milliseconds(250)
        expected.minimumFreeBytes = 0
        expected.retention.doneDays = 30
        expected.retention.replayDays = 10
        expected.retention.archive = .never
        expected.retention.quarantine = .days(5)
        expected.retention.hold = .days(6)
        expected.retention.outbox = .days(7)
        expected.metricsTextfile = false
        expected.reportCoreHourPrice = 0.042
        expected.reportCurrency = "CNY"
        expected.alerts.webhookURL = "https://a.example:9093/x"
        expected.alerts.webhookTimeout = .seconds(3)
        expected.alerts.webhookTokenFile = "/etc/token"
        expected.alerts.command = ["/bin/tell", "7", ""]
        expected.alerts.commandTimeout = .seconds(60)
        expected.allowNetworkRoot = true
        #expect(try DaemonConfiguration.parse(yaml: yaml, file: "batchd.yaml") == expected)
    }

    @Test(arguments: [
        ("threads: 0", "'threads' is '0'; allowed is 'auto' or a whole number from 1 to 1024"),
        ("log: { level: loud }", "'log.level' is 'loud'; allowed is trace or debug"),
        ("metrics: { textfile: yes }", "'metrics.textfile' is 'yes'; allowed is true or false"),
        (
            "retention: { archive_days: ever }",
            "'retention.archive_days' is 'ever'; allowed is 'never' or a whole number"
        ),
        ("retention: { done_days: 9 }", "'retention.done_days' is 9, less than 'retention.replay_days', 30"),
        (
            "alerts: { webhook: localhost:9093 }",
            "'alerts.webhook' is 'localhost:9093'; allowed is an address with its path"
        ),
        ("alerts: { webhook: http://a:9093/ }", "'alerts.webhook' is 'http://a:9093/'; allowed is"),
        ("alerts: { webhook: http://a:b@c/d }", "'alerts.webhook' is 'http://a:b@c/d'; allowed is"),
        ("alerts: { command: [mail] }", "'alerts.command' is a list of 1; allowed is a list of a program's absolute"),
        (
            "alerts: { webhook_token_file: /t }",
            "'alerts.webhook_token_file' is given, and no 'alerts.webhook' to send it to"
        ),
        ("thread: 2", "unknown key 'thread' (value '2'); did you mean 'threads'?"),
    ])
    func mistakesAreExplained(yaml: String, words: String) {
        #expect {
            try DaemonConfiguration.parse(yaml: yaml, file: "batchd.yaml")
        } throws: { error in
            String(describing: error).hasPrefix("batchd.yaml:1: " + words)
        }
    }
}
