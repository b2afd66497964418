import Foundation
import Testing

/// `top` on a terminal of its own, and without one.
@Suite struct TopTests {
    /// Runs `top` in a shell on a pseudo-terminal of this size; the shell says how the terminal was before and after.
    private func start(
        _ test: TestRoot,
        rows: Int,
        columns: Int,
        _ options: String = "",
        environment: [String: String] = [:]
    ) throws -> RunningCommand {
        let shell = """
            stty rows \(rows) cols \(columns); echo "before $(stty -g)"; '\(RunningCommand.binary)' top \(options); \
            echo "code $?"; echo "after $(stty -g)"
            """
        return try RunningCommand(
            tool: "/usr/bin/script",
            ["-qec", shell, "/dev/null"],
            environment: ["BATCHD_ROOT": test.root.path, "TERM": "xterm"].merging(environment) { $1 }
        )
    }

    private static let otherScreen = "\u{1B}[?1049h"
    private static let firstScreen = "\u{1B}[?25h\u{1B}[?1049l"

    /// What stands behind a word in a line of the output.
    private func word(_ name: String, in output: String) -> String? {
        let lines = output.split(whereSeparator: \.isNewline).map(String.init)
        return lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private func expectRestored(_ output: String, code: String) throws {
        let entered = try #require(output.range(of: Self.otherScreen))
        let left = try #require(output.range(of: Self.firstScreen))
        #expect(entered.lowerBound < left.lowerBound)
        #expect(word("code", in: output.replacing(Self.firstScreen, with: "\n")) == code)
        let before = try #require(word("before", in: output))
        #expect(word("after", in: output) == before)
    }

    @Test(arguments: ["q", "Q", "\u{3}"])
    func aKeyEndsItAndTheTerminalIsAsItWas(key: String) throws {
        let test = try TestRoot()
        let top = try start(test, rows: 24, columns: 80, "--interval 3600")
        top.waitForOutput("q quits")
        top.waitForOutput("\u{1B}[J")
        top.write(key)
        let output = top.finish().output
        try expectRestored(output, code: "0")
        #expect(output.contains("no daemon runs here"))
        #expect(output.contains("sentiment"))
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func aSignalEndsItAndTheTerminalIsAsItWas(signal: Int32) throws {
        let test = try TestRoot()
        let top = try start(test, rows: 10, columns: 40, "--interval 3600")
        top.waitForOutput("\u{1B}[J")
        kill(try top.innermostProcess(), signal)
        top.waitForOutput("after ")
        try expectRestored(top.finish().output, code: "\(128 + signal)")
    }

    @Test func aRootThatGoesAwayIsToldOnTheFirstScreen() throws {
        let test = try TestRoot()
        let top = try start(test, rows: 24, columns: 80, "--interval 0.2")
        top.waitForOutput("\u{1B}[J")
        try FileManager.default.removeItem(at: test.root)
        top.waitForOutput("after ")
        let output = top.finish().output
        let left = try #require(output.range(of: Self.firstScreen))
        #expect(output[left.upperBound...].contains("batchd: "))
    }

    /// Runs a shell on a pseudo-terminal in which `top` is that of the binary that was built with these tests.
    private func terminal(_ words: String, _ test: TestRoot, environment: [String: String]) throws -> CommandOutput {
        let function = "top() { '\(RunningCommand.binary)' top \"$@\"; }; "
        return try RunningCommand(
            tool: "/usr/bin/script",
            ["-qec", "stty rows 24 cols 40; " + function + words, "/dev/null"],
            environment: ["BATCHD_ROOT": test.root.path].merging(environment) { $1 }
        ).finish()
    }

    @Test(arguments: ["TERM=dumb", "TERM=", "unset TERM"])
    func aTerminalThatObeysNothingGetsOneFrame(setting: String) throws {
        let test = try TestRoot()
        let output = try terminal("\(setting); top", test, environment: ["TERM": "xterm"])
        #expect(output.code == 0 && !output.output.contains("\u{1B}"))
        #expect(output.output.contains("no daemon runs here"))
        let type = setting == "TERM=dumb" ? "dumb" : ""
        #expect(output.output.contains("batchd: TERM is '\(type)', so this is one frame, as with --once"))
        #expect(try !terminal("\(setting); top --once", test, environment: [:]).output.contains("TERM"))
    }

    @Test func anASCIITerminalIsSentASCII() throws {
        let test = try TestRoot()
        try test.configure(queue: String(repeating: "long-", count: 12), "model: sentiment\n")
        let top = try start(test, rows: 24, columns: 40, "--interval 3600", environment: ["LC_ALL": "C"])
        top.waitForOutput("\u{1B}[J")
        top.write("q")
        let output = top.finish().output
        #expect(output.utf8.allSatisfy { $0 < 0x80 } && output.contains("~"), "\(output)")
    }

    @Test func withoutATerminalItPrintsOneFrame() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(50), to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        for options in [["top"], ["top", "--once"]] {
            let output = try RunningCommand(options, root: test.root, directory: test.directory).finish()
            #expect(output.code == 0 && output.error == "")
            #expect(!output.output.contains("\u{1B}"))
            let lines = output.output.split(separator: "\n").map(String.init)
            #expect(lines.contains { $0.hasPrefix("sentiment/a ") && $0.contains("100 %") && $0.contains("50/50") })
            #expect(lines.contains { $0.hasPrefix("no daemon runs here") })
        }
    }

    @Test func whatIsNoRootHasNoInput() throws {
        let test = try TestRoot(initialised: false)
        #expect(try test.batchd("top").code == 66)
        #expect(try test.batchd("top", "--interval", "0").code == 64)
    }
}
