import BatchTesting
import Foundation
import Testing

/// Alarms that leave the machine, by the real binary and a real server.
@Suite struct AlertsTests {
    private static let monitors = """
        model: sentiment
        settle_seconds: 0
        monitors: [{ name: bad-lines, kind: error_rate, above: 0.01, minimum_records: 10, silence: 0s }]

        """

    /// A root whose alarms go where `alerts` says.
    private func makeRoot(_ alerts: String) throws -> TestRoot {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", Self.monitors)
        try Data("poll_seconds: 0.1\nalerts: \(alerts)\n".utf8).write(to: test.root.appending(path: "batchd.yaml"))
        return test
    }

    private func submit(_ name: String, isBad: Bool, to test: TestRoot) throws {
        let others = String(repeating: "{\"title\":\"no text, \(name)\"}\n", count: isBad ? 10 : 0)
        let file = try test.write(TestRoot.records(10) + others + "{\"text\":\"\(name)\"}\n", to: "\(name).jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
    }

    private func alarms(in request: HTTPReceiver.Request) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [[String: Any]])
    }

    private func jobs(in requests: [HTTPReceiver.Request]) throws -> [String?] {
        try requests.map { try (alarms(in: $0).first?["annotations"] as? [String: String])?["job"] }
    }

    @Test func theAlarmOfTheLastMonitorIsOverWithTheJobAfterItIsTakenOut() throws {
        let test = try TestRoot()
        let queue = test.root.appending(path: "spool/sentiment/queue.yaml")
        let share = "{ name: neg, kind: share, label: negative, above: 0.1, minimum_records: 10 }"
        for (name, monitors) in [("bad", "monitors: [\(share)]\n"), ("after", "")] {
            try "model: sentiment@1\n\(monitors)".write(to: queue, atomically: true, encoding: .utf8)
            let lines = (1...20).map { #"{"id":"\#(name)-\#($0)","text":"terrible awful bad parcel \#(name) \#($0)"}"# }
            let file = try test.write(lines.joined(separator: "\n") + "\n", to: "\(name).jsonl")
            try test.expect(0, "submit", file, "--queue", "sentiment")
            try test.expect(0, "run", "--once")
        }
        #expect(try test.text("outbox/sentiment/bad/alerts.jsonl").contains(#""state":"raised""#))
        #expect(try test.text("outbox/sentiment/after/alerts.jsonl").contains(#""state":"cleared""#))
    }

    @Test func anAlarmIsSentOnceHoweverOftenTheRunIsRepeated() throws {
        let receiver = try HTTPReceiver { _ in .status(200) }
        defer { receiver.stop() }
        let test = try makeRoot("{ webhook: \"\(receiver.url())\" }")
        for (index, isBad) in [true, true, false].enumerated() {
            try submit("night\(index)", isBad: isBad, to: test)
            try test.expect(0, "run", "--once")
            try test.expect(0, "run", "--once")
        }
        #expect(try jobs(in: receiver.requests) == ["sentiment/night0", "sentiment/night2"])
        let now = ISO8601DateFormatter().string(from: Date())
        let ends = try receiver.requests.map { try #require(alarms(in: $0).first?["endsAt"] as? String) }
        #expect(ends[0] > now && ends[1] <= now)
        let metrics = try test.text("state/batchd.prom")
        #expect(metrics.contains("batchd_alerts_waiting_jobs{destination=\"webhook\"} 0"))
    }

    @Test func aReceiverThatHangsHoldsUpNoJobAndNoEnd() throws {
        let silent = try HTTPReceiver { _ in .silence }
        let url = silent.url()
        let test = try makeRoot("{ webhook: \"\(url)\", webhook_timeout: 5m }")
        let daemon = try test.start("run")
        try submit("night0", isBad: true, to: test)
        try test.expect(0, "wait", "sentiment/night0")
        #expect(silent.wait(for: 1).count == 1)
        // The request hangs for five minutes; other jobs are published meanwhile, also one with an alarm's end.
        try submit("night1", isBad: true, to: test)
        try submit("night2", isBad: false, to: test)
        try test.expect(0, "wait", "sentiment/night1", "--timeout", "60s")
        try test.expect(0, "wait", "sentiment/night2", "--timeout", "60s")
        #expect(silent.requests.count == 1)
        let start = Date()
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
        #expect(Date().timeIntervalSince(start) < 5)
        silent.stop()

        let receiver = try HTTPReceiver(port: silent.port) { _ in .status(200) }
        defer { receiver.stop() }
        try test.expect(0, "run", "--once")
        #expect(try jobs(in: receiver.requests) == ["sentiment/night0", "sentiment/night2"])
    }

    @Test func aReceiverThatIsDownGetsItsAlarmsFromTheNextRun() throws {
        let gone = try HTTPReceiver { _ in .status(200) }
        gone.stop()
        let test = try makeRoot("{ webhook: \"\(gone.url())\" }")
        try submit("night0", isBad: true, to: test)
        let run = try test.expect(0, "run", "--once")
        #expect(run.error.contains("Connection refused"))
        #expect(run.error.contains("alarms wait for their receiver; the next run sends them"))
        #expect(test.exists("outbox/sentiment/night0/_SUCCESS"))
        let status = try test.expect(0, "status").output
        #expect(status.contains("alarm of 1 job waits for 'webhook'; the next run sends them"), "\(status)")
        #expect(try test.batchd("doctor", "--brief").output.contains("of 1 job waits for 'webhook'"))
        #expect(try test.expect(0, "top", "--once").output.contains("alarm of 1 job waits for 'webhook'; the next run"))
        let receiver = try HTTPReceiver(port: gone.port) { _ in .status(200) }
        defer { receiver.stop() }
        try test.expect(0, "run", "--once")
        #expect(try jobs(in: receiver.requests) == ["sentiment/night0"])
        #expect(try !test.expect(0, "status").output.contains("webhook"))
    }

    @Test func aReceiverThatRefusesForGoodIsNamed() throws {
        let receiver = try HTTPReceiver { _ in .status(422) }
        defer { receiver.stop() }
        let test = try makeRoot("{ webhook: \"\(receiver.url())\", command: [/bin/sh, -c, exit 65] }")
        try submit("night0", isBad: true, to: test)
        try test.expect(0, "run", "--once")
        for command in [["status"], ["top", "--once"], ["doctor", "--brief"]] {
            let command = try RunningCommand(command, root: test.root, directory: test.directory)
            let output = command.finish().output
            #expect(output.contains("'webhook' refused 1 alarm of sentiment/night0 at 2"), "\(output)")
            #expect(output.contains("Z, for good: the answer was 422"), "\(output)")
            #expect(output.contains("'command' refused 1 alarm of sentiment/night0 at 2"), "\(output)")
        }
        let report = try test.expect(0, "status", "--json").output
        let refused = try #require(try TestRoot.object(report)["refused_alerts"] as? [[String: Any]])
        let reasons = refused.map { $0["reason"] as? String }
        #expect(reasons == ["the answer was 422 Unprocessable Entity", "it exited with code 65"])
        guard TestRoot.canValidate else { return }
        try test.write(report, to: "status.json")
        try test.expectValid("status", test.directory.appending(path: "status.json"))
    }

    @Test func aServerThatFailsIsAskedAgainWithinTheRun() throws {
        let receiver = try HTTPReceiver { $0 < 2 ? .status(503) : .status(200) }
        defer { receiver.stop() }
        let test = try makeRoot("{ webhook: \"\(receiver.url())\" }")
        try submit("night0", isBad: true, to: test)
        try test.expect(0, "run", "--once")
        #expect(try jobs(in: receiver.requests) == Array(repeating: "sentiment/night0", count: 3))
        #expect(Set(receiver.requests.map(\.body.count)).count == 1)
    }

    @Test func aCommandGetsTheAlarms() throws {
        let test = try makeRoot("{}")
        let tool = try test.write("#!/bin/sh\ncat > \"$1\"\n", to: "tell")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        let got = test.directory.appending(path: "got")
        let yaml = "alerts: { command: [\"\(tool)\", \"\(got.path)\"] }\n"
        try Data(yaml.utf8).write(to: test.root.appending(path: "batchd.yaml"))
        try submit("night0", isBad: true, to: test)
        try test.expect(0, "run", "--once")
        let list = try JSONSerialization.jsonObject(with: Data(contentsOf: got)) as? [[String: Any]]
        #expect((list?.first?["labels"] as? [String: String])?["monitor"] == "bad-lines")
    }

    @Test func logWebhookAndCommandNameTheGroupAndItsNumbers() throws {
        let receiver = try HTTPReceiver { _ in .status(200) }
        defer { receiver.stop() }
        let test = try makeRoot("{}")
        let tool = try test.write("#!/bin/sh\ncat > \"$1\"\n", to: "tell")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        let got = test.directory.appending(path: "got")
        let yaml = "alerts: { webhook: \"\(receiver.url())\", command: [\"\(tool)\", \"\(got.path)\"] }\n"
        try Data(yaml.utf8).write(to: test.root.appending(path: "batchd.yaml"))
        let share = "kind: share, label: negative, above: 0.1, minimum_records: 10, group_by: company"
        try test.configure(queue: "sentiment", "model: sentiment\nmonitors: [{ name: neg, \(share) }]\n")
        let company = #""company":"Bolt & \u001b[31m股""#
        let lines = (1...20).map { #"{"text":"terrible awful bad parcel \#($0)",\#(company)}"# + "\n" }
        try test.expect(0, "submit", test.write(lines.joined(), to: "a.jsonl"), "--queue", "sentiment")
        let log = try test.expect(0, "run", "--once").error
        let told = try #require(log.split(separator: "\n").first { $0.contains("alarm raised") })
        #expect(told.contains(#" field=company "#) && told.contains(#" value="Bolt & \u{1b}[31m股""#), "\(told)")
        #expect(told.contains(" monitor=neg ") && told.contains(" expected=0.1 ") && told.contains(" observed="))
        let list = try JSONSerialization.jsonObject(with: Data(contentsOf: got)) as? [[String: Any]]
        for alarm in [list?.first, try alarms(in: try #require(receiver.requests.first)).first] {
            let labels = alarm?["labels"] as? [String: String]
            #expect(labels?["field"] == "company" && labels?["value"] == "Bolt & \u{1b}[31m股", "\(labels ?? [:])")
            let annotations = alarm?["annotations"] as? [String: String]
            #expect(annotations?["expected"] == "0.1" && annotations?["observed"] != nil)
            #expect(annotations?["summary"]?.contains("of company 'Bolt & ") == true)
        }
    }

    /// Starts a program as it is in the sandbox of the service: with this one capability, and none for being root.
    private static let withLeases = [
        "/usr/bin/setpriv", "--securebits", "+noroot", "--inh-caps", "+lease", "--ambient-caps", "+lease",
    ]

    private static var canLendCapabilities: Bool {
        let check = try? RunningCommand(tool: withLeases[0], Array(withLeases.dropFirst()) + ["/bin/true"]).finish()
        if check?.code != 0 { print("skipped: setpriv is missing, or may not give a program CAP_LEASE") }
        return check?.code == 0
    }

    @Test(.enabled(if: canLendCapabilities), arguments: [["run", "--once"], ["alerts", "test"]])
    func theCommandHasNoCapabilityOfTheDaemon(arguments: [String]) throws {
        let test = try makeRoot("{}")
        let script = "#!/bin/sh\ngrep Cap /proc/self/status > \"$1\"\ngrep Cap /proc/$PPID/status > \"$1.parent\"\n"
        let tool = try test.write(script, to: "tell")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        let got = test.directory.appending(path: "got").path
        let yaml = "alerts: { command: [\"\(tool)\", \"\(got)\"] }\n"
        try Data(yaml.utf8).write(to: test.root.appending(path: "batchd.yaml"))
        try submit("night0", isBad: true, to: test)
        let command = Self.withLeases.dropFirst() + [RunningCommand.binary] + arguments
        let environment = ["BATCHD_ROOT": test.root.path]
        let end = try RunningCommand(tool: Self.withLeases[0], Array(command), environment: environment).finish()
        #expect(end.code == 0, "\(end.error)")
        let (lease, none) = ("0000000010000000", "0000000000000000")
        let child = try String(contentsOfFile: got, encoding: .utf8)
        for set in ["CapPrm", "CapEff", "CapAmb"] { #expect(child.contains("\(set):\t\(none)\n"), "\(child)") }
        let parent = try String(contentsOfFile: got + ".parent", encoding: .utf8)
        #expect(parent.contains("CapEff:\t\(lease)\n"), "\(parent)")
    }

    @Test func aTestAlarmSaysWhetherItArrived() throws {
        let receiver = try HTTPReceiver { $0 == 0 ? .status(200) : .status(400, "what is \u{1B}[31mthat?") }
        defer { receiver.stop() }
        let test = try makeRoot("{ webhook: \"\(receiver.url())\", command: [/bin/cat] }")
        let output = try test.expect(0, "alerts", "test").output
        #expect(output.contains("webhook: the test alarm was taken\n"))
        #expect(output.contains("\"alertname\":\"BatchdTest\""))
        #expect(output.contains("command: the test alarm was taken\n"))
        let refused = try test.expect(69, "alerts", "test")
        #expect(refused.output.contains("webhook: the answer was 400"))
        #expect(refused.output.contains("it said: what is \\u{1b}[31mthat?"))
        #expect(refused.error.contains("the test alarm did not arrive: webhook"))
        try Data().write(to: test.root.appending(path: "batchd.yaml"))
        try test.expect(78, "alerts", "test")
    }

    @Test func theDoctorLooksForTokenAndCommand() throws {
        let test = try makeRoot(
            "{ webhook: http://a/b, webhook_token_file: /no/token, command: [/no/program] }"
        )
        let report = try test.batchd("doctor").output
        #expect(report.contains("'/no/token' is not there; alarms wait for it"))
        #expect(report.contains("'/no/program' is not there; alarms wait for it"))
    }
}
