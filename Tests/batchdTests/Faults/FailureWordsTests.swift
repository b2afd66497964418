import Foundation
import Testing

/// What a person meets when something fails: the exit code, the log, `status` and the outbox say what, where and what
/// to do next, through the real binary.
@Suite struct FailureWordsTests {
    /// A file that fails as a whole.
    struct FailedFile: Sendable {
        var name: String
        var code: String
        /// What a reader must find: the place, the numbers, the next step.
        var facts: [String]
        var make: @Sendable (URL) throws -> Void

        var key: String { String(name.split(separator: ".")[0]) }
    }

    private static func bytes(_ content: [UInt8]) -> @Sendable (URL) throws -> Void {
        { try Data(content).write(to: $0) }
    }

    private static func text(_ content: String) -> @Sendable (URL) throws -> Void { bytes(Array(content.utf8)) }

    private static func compressed(
        _ content: String,
        _ damage: @escaping @Sendable (inout Data) -> Void = { _ in }
    ) -> @Sendable (URL) throws -> Void {
        { url in
            let plain = url.appendingPathExtension("part")
            try Data(content.utf8).write(to: plain)
            let zstd = try RunningCommand(tool: "/usr/bin/zstd", ["-q", "--check", "-o", url.path, plain.path]).finish()
            #expect(zstd.code == 0, "\(zstd.error)")
            try FileManager.default.removeItem(at: plain)
            var data = try Data(contentsOf: url)
            damage(&data)
            try data.write(to: url)
        }
    }

    private static let files: [FailedFile] = [
        FailedFile(
            name: "magic.jsonl.zst",
            code: "zstd_bad_magic",
            facts: ["no zstd frame at byte 0", "Compress the file with zstd"],
            make: text("{\"text\":\"plain\"}\n")
        ),
        FailedFile(
            name: "checksum.jsonl.zst",
            code: "zstd_checksum",
            facts: ["frame 1 at byte 0", "Transfer the file again"],
            make: compressed(TestRoot.records(9)) { $0[$0.count - 1] ^= 1 }
        ),
        FailedFile(
            name: "cut.jsonl.zst",
            code: "zstd_truncated",
            facts: ["ends after", "the frame that starts at byte 0", "Transfer it again"],
            make: compressed(TestRoot.records(9)) { $0.removeLast(7) }
        ),
        FailedFile(
            name: "window.jsonl.zst",
            code: "zstd_window_too_large",
            facts: ["frame at byte 0", "the limit is 8388608", "without --ultra and --long"],
            make: bytes([0x28, 0xB5, 0x2F, 0xFD, 0x00, 30 << 3, 1, 0, 0])
        ),
        FailedFile(
            name: "bomb.jsonl.zst",
            code: "ratio_too_high",
            facts: ["more than 200 for one", "limits.ratio in queue.yaml"],
            make: compressed(String(repeating: " ", count: 4 << 20))
        ),
        FailedFile(
            name: "link.jsonl",
            code: "not_a_file",
            facts: ["'link.jsonl' is a link", "drop a regular file"],
            make: { #expect(symlink("/etc", $0.path) == 0) }
        ),
        FailedFile(
            name: "fifo.jsonl",
            code: "not_a_file",
            facts: ["'fifo.jsonl' is a link, FIFO", "drop a regular file"],
            make: { #expect(mkfifo($0.path, 0o644) == 0) }
        ),
        FailedFile(
            name: "parts",
            code: "unexpected_entry",
            facts: ["'parts/\\u{1b}[2Jx' is no part of a job", "and drop the directory again"],
            make: { url in
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
                for name in ["\u{1B}[2Jx", "_SUCCESS"] { try Data().write(to: url.appending(path: name)) }
            }
        ),
        FailedFile(
            name: "stated.jsonl",
            code: "manifest_mismatch",
            facts: ["records 7, the file has 2", "send both again"],
            make: { url in
                try text(TestRoot.records(2))(url)
                let manifest = url.deletingLastPathComponent().appending(path: "stated.manifest.json")
                try text(#"{"records":7}"#)(manifest)
            }
        ),
        FailedFile(
            name: "unread.jsonl",
            code: "manifest_invalid",
            facts: ["it is not {\"bytes\", \"sha256\", \"records\"}", "drop both again"],
            make: { url in
                try text(TestRoot.records(2))(url)
                try text(#"{"records":"#)(url.deletingLastPathComponent().appending(path: "unread.manifest.json"))
            }
        ),
        FailedFile(
            name: "lines.jsonl",
            code: "every_record_failed",
            facts: ["None of the 2 records", "missing_field", "errors.jsonl.zst", "drop it again"],
            make: text("{\"title\":\"a\"}\n{\"title\":\"b\"}\n")
        ),
    ]

    @Test func everyFailedFileSaysWhatWhereAndWhatNext() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\nsettle_seconds: 0\n")
        try test.configureDaemon("log: { format: json }\n")
        for file in Self.files { try file.make(test.incoming.appending(path: file.name)) }
        let log = try test.jsonLog(test.expect(65, "run", "--once", "--deadline", "60s"))
        for file in Self.files {
            let name = Comment(rawValue: file.name)
            let failed = try test.text("outbox/sentiment/\(file.key)/_FAILED")
            #expect(failed.hasPrefix("\(file.code): "), name)
            let line = log.first { $0["message"] == "job failed" && $0["job"] == "sentiment/\(file.key)" }
            let status = try #require(try test.status(of: file.key), name)
            #expect(status["state"] as? String == "failed", name)
            let reason = try #require(status["reason"] as? String, name)
            for fact in [file.code] + file.facts {
                #expect(failed.contains(fact), name)
                #expect(line?["reason"]?.contains(fact) == true, name)
                #expect(reason.contains(fact), name)
            }
            if file.code != "every_record_failed" {
                #expect(reason.contains("Its input is 'spool/sentiment/quarantine/\(file.name)'"), name)
            }
        }
        let table = try test.expect(0, "status").output
        #expect(table.contains("\(Self.files.count) finished (\(Self.files.count) failed in 24 h)"))
        for file in Self.files { #expect(table.contains("sentiment/\(file.key) failed: \(file.code)")) }
    }

    @Test func aNameCannotActOnATerminalNorForgeALine() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\nsettle_seconds: 0\n")
        let name = "\u{1B}[2J\r2026-01-01T00:00:00Z info all is well\n\u{9B}31m\u{202E}.jsonl"
        try Data().write(to: test.incoming.appending(path: name))
        let log = try test.expect(65, "run", "--once").error
        #expect(log.split(separator: "\n").count == 1)
        let table = try test.expect(0, "status").output
        for text in [log, table] {
            #expect(text.contains(#"\u{1b}[2J\r2026-01-01T00:00:00Z info all is well\n\u{9b}31m\u{202e}.jsonl"#))
            #expect(text.contains("unusable_name: names are") && text.contains("rename it and drop it again"))
            #expect(text.contains("spool/sentiment/quarantine/unusable."))
            #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        }
        let json = try test.expect(0, "status", "--json").output
        #expect(!json.unicodeScalars.contains { "\u{1B}\r\u{9B}\u{202E}".unicodeScalars.contains($0) })
        #expect(try test.status(of: name)?["state"] as? String == "quarantined")
    }

    @Test func aRecordThatKillsTheWorkerAndAHeldJobAreExplainedAndRemembered() throws {
        let test = try TestRoot()
        try test.configureDaemon("log: { format: json }\nthreads: 1\n")
        let yaml = "model: testing/marked\nsettle_seconds: 0\nshard_records: 4\n"
        try test.configure(queue: "poison", yaml + "retry: { attempts: 6, base: 1ms, cap: 5ms }\n")
        try test.configure(queue: "holding", yaml + "retry: { attempts: 2, base: 1ms, cap: 5ms }\n")
        try test.drop("{\"text\":\"one\"}\n{\"text\":\"two [traps]\"}\n", as: "trap.jsonl", in: "poison")
        try test.drop("{\"text\":\"[throws]\"}\n", as: "give-up.jsonl", in: "holding")
        // The job is held by the first engine, and the last one must still know.
        let log = try test.jsonLog(test.expect(65, "run", "--once", "--deadline", "60s"), strangers: true)
        let death = log.first { $0["message"]?.hasPrefix("the engine died") == true }
        #expect(death?["cause"]?.hasPrefix("signal") == true)
        #expect(log.contains { $0["message"] == "attempt charged" && $0["job"] == "poison/trap" && $0["shard"] == "0" })
        let errors = try test.text("outbox/poison/trap/errors.jsonl.zst")
        #expect(errors.contains("\"code\":\"poison\"") && errors.contains("\"line\":2"))
        let held = log.first { $0["message"]?.hasPrefix("job held") == true }
        let reason = try #require(try test.status(of: "give-up")?["reason"] as? String)
        for text in [held?["reason"] ?? "", reason, try test.text("spool/holding/hold/give-up/hold.reason.json")] {
            #expect(text.contains("shard 0: failed 2 times; seen last:"))
            #expect(text.contains("in shard 0, which begins at line 1"))
        }
        #expect(held?["kept_as"] == "spool/holding/hold/give-up")
        #expect(reason.contains("spool/holding/hold/give-up") && reason.hasSuffix("batchd release holding/give-up"))
        #expect(test.names(in: "outbox/holding").isEmpty)
    }

    @Test func whatIsNotCompleteIsNamedWhereARunEndsWithoutIt() throws {
        let test = try TestRoot()
        try test.configureDaemon("log: { format: json }\n")
        try FileManager.default.createDirectory(
            at: test.incoming.appending(path: "night"),
            withIntermediateDirectories: true
        )
        let log = try test.jsonLog(test.expect(75, "run", "--once", "--deadline", "1s"))
        let left = log.first { $0["message"]?.contains("--deadline is over") == true }
        #expect(left?["queue"] == "sentiment" && left?["waiting"] == "1" && left?["under_way"] == "0")
        #expect(left?["reason"]?.contains("'night': a directory is taken once _SUCCESS is in it") == true)
        #expect((try test.status(of: "night")?["reason"] as? String)?.contains("_SUCCESS") == true)
    }

    @Test func aFullDiskIsNamedAndWhatToDo() throws {
        let test = try TestRoot()
        try test.configureDaemon("minimum_free_bytes: 1000000GiB\nlog: { format: json }\n")
        try test.configure(queue: "sentiment", "model: sentiment\nsettle_seconds: 0\n")
        try test.drop(TestRoot.records(1), as: "a.jsonl", in: "sentiment")
        let run = try test.start("run", "--once", "--deadline", "30s")
        run.waitForMessage("claiming nothing until there is room")
        // The snapshot comes within a second of the message.
        while (try? test.text("state/status.json"))?.contains("\"pause\"") != true { usleep(10_000) }
        let table = try test.expect(0, "status").output
        #expect(table.contains("minimum_free_bytes is 976.6 TiB, 64 inodes are wanted"))
        #expect(table.contains("make room on the file system of the root; nothing is lost"))
        run.signal(SIGTERM)
        let output = run.finish()
        #expect(output.code == 75)
        let left = try test.jsonLog(output).first { $0["message"]?.hasPrefix("told to end") == true }
        #expect(left?["reason"]?.contains("make room") == true)
    }

    @Test func aStoppedQueueIsStillNamedAfterTheRun() throws {
        let test = try TestRoot()
        try test.configureDaemon("log: { format: json }\n")
        // No call fails on a healthy disk, so something lies where a job should.
        let stranger = test.root.appending(path: "spool/sentiment/jobs/stranger")
        try Data().write(to: stranger)
        let log = try test.jsonLog(test.expect(74, "run", "--once", "--deadline", "30s"))
        let stop = log.first { $0["message"]?.hasPrefix("queue stopped") == true }
        let facts = [
            "'spool/sentiment/jobs/stranger/job.json' failed", "errno 20", "mend the cause, then start batchd again",
        ]
        try test.configure(queue: "other", "model: sentiment\n")
        let table = try test.expect(0, "status").output
        #expect(table.contains("queue 'sentiment' was stopped when the last run ended"))
        #expect(table.contains("sentiment: 0+ incoming") && table.contains("other: 0 incoming"))
        for fact in facts { #expect(stop?["reason"]?.contains(fact) == true && table.contains(fact), "\(fact)") }
        try FileManager.default.removeItem(at: stranger)
        try test.expect(0, "run", "--once")
        #expect(try !test.expect(0, "status").output.contains("stopped"))
    }

    @Test func aLogThatNoPersonReadsIsJSON() throws {
        let test = try TestRoot()
        try test.write(TestRoot.records(1), to: "root/spool/sentiment/incoming/one.jsonl")
        let run = try test.start(["run", "--once"], environment: ["BATCHD_LOG_FORMAT": "auto"]).finish()
        #expect(try test.jsonLog(run).contains { $0["message"] == "job published" && $0["out"] == "1" })
        let failed = try test.start(["run", "--deadline", "1h"], environment: ["BATCHD_LOG_FORMAT": "auto"]).finish()
        #expect(failed.code == 64 && failed.error.contains("--deadline needs --once"))
        try test.configureDaemon("log: { format: text }\n")
        try test.write(TestRoot.records(1), to: "root/spool/sentiment/incoming/two.jsonl")
        let text = try test.start(["run", "--once"], environment: ["BATCHD_LOG_FORMAT": "json"]).finish()
        #expect(text.error.contains(" info job published "))
    }

    @Test func whatKeepsARunFromStartingIsALineOfTheLogAsWell() throws {
        let test = try TestRoot()
        try test.configureDaemon("log: { format: json }\n")
        let large = "model: sentiment\n" + String(repeating: "#", count: 1 << 20)
        try test.configure(queue: "sentiment", large)
        let output = try test.expect(78, "run", "--once")
        #expect(output.error.contains("\"exit_code\":78"))
        let refused = try test.jsonLog(output)
        #expect(refused.first?["message"] == "'spool/sentiment/queue.yaml' is larger than 1048576 bytes; shorten it")
        #expect(refused.first?["exit_code"] == "78" && refused.first?["level"] == "critical")
        try test.configure(queue: "sentiment", "model: sentiment\n")
        let daemon = try test.start("run")
        while try test.expect(0, "status").output.contains("no daemon runs") {}
        let second = try test.jsonLog(test.expect(75, "run", "--once"))
        #expect(second.first?["message"]?.contains("another batchd runs") == true)
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }
}

extension TestRoot {
    fileprivate var incoming: URL { root.appending(path: "spool/sentiment/incoming") }

    fileprivate func configureDaemon(_ yaml: String) throws {
        try Data(yaml.utf8).write(to: root.appending(path: "batchd.yaml"))
    }

    fileprivate func drop(_ text: String, as name: String, in queue: String) throws {
        let incoming = root.appending(path: "spool/\(queue)/incoming")
        try FileManager.default.createDirectory(at: incoming, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: incoming.appending(path: name))
    }

    /// The log of a run, every line of which is a JSON object.
    ///
    /// - Parameters:
    ///   - output: What the run printed.
    ///   - strangers: Whether lines of the Swift runtime are passed over, which it writes where a process traps.
    /// - Returns: What each line says.
    /// - Throws: Where a line is no object of strings.
    fileprivate func jsonLog(_ output: CommandOutput, strangers: Bool = false) throws -> [[String: String]] {
        try output.error.split(separator: "\n").compactMap { line in
            if strangers && !line.hasPrefix("{") { return nil }
            let values = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return values.mapValues { "\($0)" }
        }
    }
}
