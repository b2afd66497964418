import Foundation
import Testing

/// What all commands have in common.
@Suite struct CommandLineTests {
    static let commands = [
        "init", "run", "submit", "status", "wait", "retry", "hold", "release", "cancel", "prioritize", "check",
        "pipe", "train", "train linear", "evaluate", "models", "models ls", "models add", "models rm", "bench",
        "bench pipeline", "bench model", "bench explain", "bench kernels", "top", "config", "config check",
        "config show", "config reference", "doctor", "verify", "gc", "report",
        "alerts", "alerts test",
    ]

    @Test(arguments: commands)
    func everyCommandHasAnExampleInItsHelp(command: String) throws {
        let test = try TestRoot(initialised: false)
        let words = command.split(separator: " ").map(String.init)
        let help = try RunningCommand(words + ["--help"], root: test.root, directory: test.directory).finish()
        #expect(help.code == 0)
        #expect(help.output.contains("Example:\n  batchd \(words[0])") || help.output.contains("| batchd \(words[0])"))
    }

    @Test(arguments: commands)
    func usageFitsATerminal(command: String) throws {
        let test = try TestRoot(initialised: false)
        let words = command.split(separator: " ").map(String.init)
        let help = try RunningCommand(words + ["--help"], root: test.root, directory: test.directory).finish().output
        let usage = try #require(help.split(separator: "\n").first { $0.hasPrefix("USAGE: ") })
        #expect(usage.count <= 80, "\(usage)")
        #expect(usage.hasPrefix("USAGE: batchd \(command) "))
    }

    @Test func usageErrorsAre64() throws {
        let test = try TestRoot(initialised: false)
        try test.expect(64, "submit")
        try test.expect(64, "run", "--often")
        try test.expect(64, "nonsense")
        try test.expect(64, "wait", "a", "--timeout", "soon")
        try test.expect(64, "hold", "a", "--timeout", "-1")
        try test.expect(64, "top", "--interval", "100ms")
    }

    @Test func durationsAreWrittenAlikeEverywhere() throws {
        let test = try TestRoot()
        // There is no such job, which is found out after the duration was understood; wait looks for it that long.
        let wait = ["20ms", "0.02s", "0.02"]
        let durations = ["hold": ["30s", "5m", "1.5h", "30"], "cancel": ["30s", "30"], "wait": wait]
        for (command, texts) in durations {
            for text in texts {
                let error = try test.expect(66, command, "a", "--timeout", text).error
                #expect(!error.contains("--timeout"), "\(command) \(text): \(error)")
            }
        }
        for duration in ["2s", "200ms", "2"] { try test.expect(0, "top", "--once", "--interval", duration) }
    }

    @Test func mistypedCommandIsGuessed() throws {
        let test = try TestRoot()
        let words = "batchd: there is no command 'batchd staus'; did you mean 'batchd status'?\n"
        #expect(try test.expect(64, "staus").error == words)
        #expect(try test.expect(64, "config", "chekc").error.contains("did you mean 'batchd config check'?"))
        #expect(try test.expect(64, "xyzzyplugh").error.contains("see: batchd --help"))
        #expect(try !test.expect(64, "engin").error.contains("'batchd engine'"))
        #expect(try test.expect(0, "help", "run").output.contains("--deadline"))
    }

    /// Wrapped twice, a line of help ends in the middle and the next one is one word long.
    @Test(arguments: commands)
    func helpFillsItsLines(command: String) throws {
        let test = try TestRoot(initialised: false)
        let words = command.split(separator: " ").map(String.init)
        let help = try RunningCommand(words + ["--help"], root: test.root, directory: test.directory).finish().output
        let overview = help.split(separator: "\nUSAGE:")[0]
        for paragraph in overview.components(separatedBy: "\n\n") {
            let lines = paragraph.split(separator: "\n")
            guard !paragraph.hasPrefix("Example:") else {
                #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ") }, "\(command): \(paragraph)")
                continue
            }
            for (line, next) in zip(lines, lines.dropFirst()) {
                let word = next.prefix { $0 != " " }
                #expect(line.count + 1 + word.count > 79, "\(command): '\(line)' is followed by '\(next)'")
            }
        }
    }

    @Test func initOfARootSaysWhatIsThere() throws {
        let test = try TestRoot()
        try test.configure(queue: "news", "model: sentiment\n")
        try test.expect(0, "submit", test.write(TestRoot.records(1), to: "a.jsonl"), "--queue", "news")
        try test.expect(0, "run", "--once")
        let words = try test.expect(0, "init", test.root.path).output
        #expect(words.contains("is a root already") && words.contains("news, sentiment"), "\(words)")
        #expect(words.contains("finished jobs:  1"), "\(words)")
        try FileManager.default.removeItem(at: test.root.appending(path: "spool/sentiment"))
        try test.expect(0, "init", test.root.path)
        #expect(!test.exists("spool/sentiment"))
    }

    @Test func fileThatCannotBeReadIsNamedWhole() throws {
        let test = try TestRoot()
        let loop = test.root.appending(path: "spool/sentiment/queue.yaml").path
        try FileManager.default.removeItem(atPath: loop)
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        let error = try test.expect(74, "run", "--once").error
        #expect(error.contains("'spool/sentiment/queue.yaml'"), "\(error)")
    }

    @Test func missingRootIs66AndSaysHowToMakeOne() throws {
        let test = try TestRoot(initialised: false)
        for arguments in [["run", "--once"], ["status"], ["wait", "a"], ["retry", "a"]] {
            let output = try RunningCommand(arguments, root: test.root, directory: test.directory).finish()
            #expect(output.code == 66)
            #expect(output.error.contains("batchd init"))
        }
    }

    @Test func wrongConfigurationIs78AndNamesTheKey() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "modle: sentiment\n")
        let output = try test.expect(78, "run", "--once")
        #expect(output.error.contains("no queue is run until that is mended"))
        #expect(output.error.contains("modle") && output.error.contains("did you mean 'model'?"))
        #expect(output.error.split(separator: "\n").count == 1)
        try test.configure(queue: "sentiment", "model: nobody\n")
        try test.expect(78, "run", "--once")
    }

    @Test func versionAndCompletionAreThere() throws {
        let test = try TestRoot()
        #expect(try test.expect(0, "--version").output.hasPrefix("batchd "))
        for shell in ["bash", "zsh", "fish"] {
            let script = try test.expect(0, "--generate-completion-script", shell).output
            #expect(script.contains("submit"))
        }
    }

    @Test func evaluateAndModelsReportAsTheOthersDo() throws {
        let test = try TestRoot()
        try test.expect(66, "evaluate", "sentiment", "nowhere.jsonl")
        try test.expect(66, "evaluate", "nobody", test.write("", to: "texts.jsonl"))
        try test.expect(66, "train", "linear", "--data", "nowhere.jsonl", "--out", "model")
        let models = try test.expect(0, "models", "ls", "--json").output
        #expect(models.contains("\"sentiment\""))
    }

    @Test(.enabled(if: TestRoot.canValidate)) func whatIsWrittenIsAsTheSchemasSay() throws {
        let test = try TestRoot()
        let samples = TestRoot.repository.appending(path: "spool/samples")
        for name in ["reviews_en.jsonl", "broken.jsonl"] {
            try test.expect(0, "submit", samples.appending(path: name).path, "--queue", "sentiment")
        }
        try test.expect(0, "submit", test.write("nothing\n", to: "hopeless.jsonl"), "--queue", "sentiment")
        try test.expect(65, "run", "--once")
        try test.expect(0, "submit", test.write(TestRoot.records(1), to: "waiting.jsonl"), "--queue", "sentiment")
        let outbox = test.root.appending(path: "outbox/sentiment")
        try test.expectValid("result", outbox.appending(path: "reviews_en/results.jsonl.zst"))
        try test.expectValid("error", outbox.appending(path: "broken/errors.jsonl.zst"))
        for key in ["reviews_en", "broken", "hopeless"] {
            try test.expectValid("metrics", outbox.appending(path: "\(key)/metrics.json"))
            try test.expectValid("manifest", outbox.appending(path: "\(key)/manifest.json"))
        }
        let status = try test.write(test.expect(0, "status", "--json").output, to: "status.json")
        try test.expectValid("status", URL(fileURLWithPath: status))
    }
}
