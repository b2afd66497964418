import Foundation
import Testing

/// What all commands have in common.
@Suite struct CommandLineTests {
    static let commands = [
        "init", "run", "submit", "status", "wait", "retry", "hold", "release", "cancel", "prioritize", "check",
        "pipe", "train", "train linear", "evaluate", "models", "models ls", "models add", "models rm", "bench",
        "bench pipeline", "config", "config check", "config show", "config reference", "doctor", "verify", "gc",
        "report", "alerts", "alerts test",
    ]

    @Test(arguments: commands)
    func everyCommandHasAnExampleInItsHelp(command: String) throws {
        let test = try TestRoot(initialised: false)
        let words = command.split(separator: " ").map(String.init)
        let help = try RunningCommand(words + ["--help"], root: test.root, directory: test.directory).finish()
        #expect(help.code == 0)
        #expect(help.output.contains("Example:\n  batchd \(words[0])") || help.output.contains("| batchd \(words[0])"))
    }

    @Test func usageErrorsAre64() throws {
        let test = try TestRoot(initialised: false)
        try test.expect(64, "submit")
        try test.expect(64, "run", "--often")
        try test.expect(64, "nonsense")
        try test.expect(64, "wait", "a", "--timeout", "soon")
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
