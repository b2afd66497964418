import Foundation
import Testing

@testable import batchd

/// What shells offer, as the real binary tells them.
@Suite struct CompletionTests {
    /// A root with a job at each place.
    private func root() throws -> TestRoot {
        let test = try TestRoot()
        for name in ["finished", "held", "running"] {
            let file = try test.write(TestRoot.records(2) + "{\"id\":\"\(name)\"}\n", to: "\(name).jsonl")
            try test.expect(0, "submit", file, "--queue", "sentiment")
            try test.expect(0, "run", "--once")
        }
        // The record says what a job is, so one that lies elsewhere is another.
        let spool = test.root.appending(path: "spool/sentiment")
        for (name, place) in [("held", "hold"), ("running", "jobs")] {
            try FileManager.default.removeItem(at: spool.appending(path: "done/\(name)"))
            try FileManager.default.createDirectory(
                at: spool.appending(path: "\(place)/\(name)"),
                withIntermediateDirectories: true
            )
        }
        try test.write(TestRoot.records(1), to: "root/spool/sentiment/incoming/waiting.jsonl")
        return test
    }

    /// What is offered where the last of the words is half typed.
    private func offered(_ test: TestRoot, _ words: String...) throws -> [String] {
        let command = ["---completion", words[0], "--", "positional@0", "\(words.count)", "\(words.last?.count ?? 0)"]
        let output = try RunningCommand(command + ["batchd"] + words, root: test.root, directory: test.directory)
        return output.finish().output.split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        ("hold", ["running"]), ("release", ["held"]), ("cancel", ["held", "running"]),
        ("prioritize", ["held", "running"]), ("retry", ["finished", "held"]), ("verify", ["finished"]),
        ("wait", ["finished", "held", "running", "waiting"]),
    ])
    func aCommandIsOfferedTheJobsThatItTakes(command: String, jobs: [String]) throws {
        #expect(try offered(root(), command, "") == jobs.map { "sentiment/\($0)" })
    }

    @Test func verifyIsOfferedDirectories() throws {
        let test = try TestRoot()
        for path in ["collected/one/x", "collected/two/x", "other/x", ".hidden/x"] { try test.write("", to: path) }
        #expect(try offered(test, "verify", "./") == ["./collected/", "./other/", "./root/"])
        // A shell ends the word after the only thing that is offered.
        #expect(try offered(test, "verify", "./c") == ["./collected/", "./collected/one/", "./collected/two/"])
        #expect(try offered(test, "verify", "./collected/o") == ["./collected/one/"])
        #expect(try offered(test, "verify", "./.h") == ["./.hidden/"])
        let absolute = test.directory.path + "/oth"
        #expect(try offered(test, "verify", absolute) == [test.directory.path + "/other/"])
        #expect(try offered(test, "verify", "/nowhere/at/") == [] && offered(test, "hold", "./") == [])
    }

    @Test(arguments: [
        ("bash", "'--root')\n        __batchd_add_completions -d"), ("zsh", ":dir:_files -/'"),
        ("fish", "-l 'root' -d "),
    ])
    func aRootIsADirectory(shell: String, words: String) throws {
        let test = try TestRoot(initialised: false)
        let script = try test.expect(0, "--generate-completion-script", shell).output
        #expect(script.contains(words) && !script.contains(":dir:'"))
        if shell == "fish" {
            let lines = script.split(separator: "\n").filter { $0.contains(" -l 'root' ") }
            #expect(!lines.isEmpty && lines.allSatisfy { $0.contains("_complete_directories") })
        }
    }
}
