import Glibc
import Spool
import SystemPackage
import Testing

@Suite struct ChildProcessTests {
    @Test func anExitCodeIsReported() throws {
        let child = try ChildProcess(shell("exit 75"))
        #expect(try child.wait() == .ended(.exited(75)))
        #expect(try child.wait() == .ended(.exited(75)), "asking again is safe")
    }

    @Test func aSignalIsReported() throws {
        let child = try ChildProcess(shell("kill -SEGV $$"))
        #expect(try child.wait() == .ended(.signaled(SIGSEGV)))
    }

    @Test func aKillEndsIt() throws {
        let child = try ChildProcess(ChildCommand(executable: "/bin/sleep", arguments: ["600"]))
        #expect(try child.wait(timeoutMilliseconds: 0) == .timedOut)
        child.kill()
        #expect(try child.wait() == .ended(.signaled(SIGKILL)))
        child.kill()
    }

    @Test func anotherDescriptorEndsTheWait() throws {
        let child = try ChildProcess(ChildCommand(executable: "/bin/sleep", arguments: ["600"]))
        let (reading, writing) = try FileDescriptor.pipe()
        try writing.writeAll([1])
        #expect(try child.wait(for: [reading]) == .readable([reading]))
        child.kill()
        #expect(try child.wait() == .ended(.signaled(SIGKILL)))
        try reading.close()
        try writing.close()
    }

    @Test func whatCannotBeStartedIsSaid() throws {
        let error = try #require(throws: SupervisionError.self) {
            _ = try ChildProcess(ChildCommand(executable: "/does/not/exist"))
        }
        #expect(error.errno == .noSuchFileOrDirectory)
        #expect(error.description.hasPrefix("starting '/does/not/exist' failed: "))
    }

    @Test func argumentsAndEnvironmentArrive() throws {
        var command = shell("printf '%s|%s|%s' \"$1\" \"$WORD\" \"$HOME\" >&3")
        command.arguments += ["name", "two words"]
        command.environment = ["WORD": "日本 x"]
        #expect(try output(of: command) == "two words|日本 x|")
    }

    @Test func aNilEnvironmentIsInherited() throws {
        let own = try #require(getenv("PATH").map { String(cString: $0) })
        #expect(try output(of: shell("printf %s \"$PATH\" >&3")) == own)
    }

    @Test func descriptorsMayTradePlaces() throws {
        let first = try FileDescriptor.pipe()
        let second = try FileDescriptor.pipe()
        let (one, two) = (first.writeEnd.rawValue, second.writeEnd.rawValue)
        var command = shell("printf first >/proc/self/fd/\(two); printf second >/proc/self/fd/\(one)")
        command.descriptors = [
            one: second.writeEnd,
            two: first.writeEnd,
        ]
        #expect(try ChildProcess(command).wait() == .ended(.exited(0)))
        #expect(try readAll(first) == "first")
        #expect(try readAll(second) == "second")
    }

    @Test func blockedSignalsReachTheChildUnblocked() throws {
        try Thread.run {
            let signals = try SignalDescriptor([SIGTERM])
            let child = try ChildProcess(ChildCommand(executable: "/bin/sleep", arguments: ["600"]))
            child.send(SIGTERM)
            #expect(try child.wait() == .ended(.signaled(SIGTERM)))
            #expect(signals.next() == nil)
        }
    }

    @Test func dyingWithAParentThatIsGoneIsAnError() async {
        await #expect(processExitsWith: .exitCode(7)) {
            do throws(SupervisionError) {
                try ChildProcess.dieWithParent(getpid())
            } catch {
                exit(error.errno == .noSuchProcess ? 7 : 8)
            }
            exit(9)
        }
    }

    private func shell(_ script: String) -> ChildCommand {
        ChildCommand(executable: "/bin/sh", arguments: ["-c", script])
    }

    private func output(of command: ChildCommand) throws -> String {
        let pipe = try FileDescriptor.pipe()
        var command = command
        command.descriptors[3] = pipe.writeEnd
        #expect(try ChildProcess(command).wait() == .ended(.exited(0)))
        return try readAll(pipe)
    }

    private func readAll(_ pipe: (readEnd: FileDescriptor, writeEnd: FileDescriptor)) throws -> String {
        try pipe.writeEnd.close()
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = try bytes.withUnsafeMutableBytes { try pipe.readEnd.read(into: $0) }
        try pipe.readEnd.close()
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

extension Thread {
    /// Runs a body on a thread of its own, so that what it does to its signal mask stays there.
    static func run(_ body: @escaping @Sendable () throws -> Void) throws {
        let result = Outcome()
        Thread { result.set(Result(catching: body)) }.join()
        try result.get()
    }
}
