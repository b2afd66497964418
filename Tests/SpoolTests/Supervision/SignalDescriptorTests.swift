import Glibc
import Spool
import SystemPackage
import Testing

@Suite struct SignalDescriptorTests {
    @Test func aBlockedSignalIsReceivedOnce() throws {
        try Thread.run {
            let signals = try SignalDescriptor()
            #expect(signals.next() == nil)
            pthread_kill(pthread_self(), SIGHUP)
            pthread_kill(pthread_self(), SIGTERM)
            #expect(Set([signals.next(), signals.next()]) == [SIGHUP, SIGTERM])
            #expect(signals.next() == nil)
        }
    }

    @Test func aWaitEndsWithTheSignalOrItsTime() throws {
        try Thread.run {
            let signals = try SignalDescriptor()
            #expect(try signals.next(withinMilliseconds: 0) == nil)
            pthread_kill(pthread_self(), SIGTERM)
            #expect(try signals.next(withinMilliseconds: 600_000) == SIGTERM)
        }
    }

    @Test func aWaitForAChildSeesTheSignal() throws {
        try Thread.run {
            let signals = try SignalDescriptor([SIGTERM])
            let child = try ChildProcess(ChildCommand(executable: "/bin/sleep", arguments: ["600"]))
            pthread_kill(pthread_self(), SIGTERM)
            #expect(try child.wait(for: [signals.descriptor]) == .readable([signals.descriptor]))
            #expect(signals.next() == SIGTERM)
            child.kill()
            _ = try child.wait()
        }
    }
}
