import Foundation
import Testing

/// Commands whose standard output takes nothing.
@Suite struct FullOutputTests {
    /// Runs a command of a shell in which `batchd` is the binary that was built with these tests.
    private func shell(_ words: String, _ test: TestRoot) throws -> CommandOutput {
        let function = "batchd() { '\(RunningCommand.binary)' \"$@\"; }; "
        let environment = ["BATCHD_ROOT": test.root.path]
        return try RunningCommand(
            tool: "/bin/bash",
            ["-c", function + words],
            environment: environment,
            directory: test.directory
        ).finish()
    }

    @Test(arguments: [
        "report sentiment", "config show", "config check", "config check --json", "config reference batchd.yaml",
        "config reference queue.yaml --schema", "status", "status --json", "doctor", "doctor --json", "gc", "gc --json",
        "models ls", "models ls --json", "top --once", "top", "init root", "--help", "help run", "--version",
        "--generate-completion-script bash",
    ])
    func outputThatIsLostIsToldAnd74(command: String) throws {
        let test = try TestRoot()
        let lost = try shell("batchd \(command) >/dev/full", test)
        #expect(lost.code == 74)
        #expect(
            lost.error.hasPrefix("batchd: not all of the output could be written to standard output: No space left")
        )
        #expect(lost.error.hasSuffix("\n") && lost.error.count { $0 == "\n" } == 1, "\(lost.error)")
        #expect(try shell("batchd \(command) >/dev/null", test).code == 0)
    }

    @Test func aJobIsDroppedVerifiedAndCheckedButNotSaid() throws {
        let test = try TestRoot()
        try test.write(TestRoot.records(3), to: "a.jsonl")
        #expect(try shell("batchd check a.jsonl --queue sentiment >/dev/full", test).code == 74)
        #expect(try shell("batchd submit a.jsonl --queue sentiment >/dev/full", test).code == 74)
        try test.expect(0, "run", "--once")
        #expect(test.exists("outbox/sentiment/a/_SUCCESS"))
        #expect(try shell("batchd verify sentiment/a --sample 0 >/dev/full", test).code == 74)
    }

    @Test func closedOutputIsToldOnlyWhereThereIsAny() throws {
        let test = try TestRoot()
        let closed = try shell("batchd models ls >&-", test)
        #expect(closed.code == 74 && closed.error.contains("Bad file descriptor"))
        #expect(try shell("batchd run --once >&-", test).code == 0)
    }

    @Test func aReaderThatHasGoneAwayIsNoError() throws {
        let test = try TestRoot()
        // A FIFO whose only reader is closed again takes nothing; the signal that says so is ignored.
        let gone = "trap '' PIPE; mkfifo gone; exec 3<>gone 4>gone 3<&-; "
        let output = try shell(gone + "batchd config reference queue.yaml >&4", test)
        #expect(output.code == 0 && output.error == "")
        #expect(try shell(gone.replacing("mkfifo gone; ", with: "") + "batchd --help >&4", test).code == 0)
    }

    @Test func aSlowReaderThatWaitsForNothingGetsAll() throws {
        // The pipe is not to keep anybody waiting, and has room for less than the schema.
        let slow = """
            import fcntl, os, subprocess, sys
            reading, writing = os.pipe()
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
            os.set_blocking(writing, False)
            child = subprocess.Popen(sys.argv[1:], stdout=writing)
            os.close(writing)
            sys.stdout.write(open(reading).read())
            sys.exit(child.wait())
            """
        let words = [RunningCommand.binary, "config", "reference", "queue.yaml", "--schema"]
        let slowly = try RunningCommand(tool: "/usr/bin/python3", ["-c", slow] + words).finish()
        #expect(slowly.code == 0)
        let whole = try RunningCommand(tool: words[0], Array(words.dropFirst())).finish().output
        #expect(whole.utf8.count > 4096 && slowly.output == whole)
    }
}
