import BatchTesting
import Glibc
import Spool
import SystemPackage
import Testing

/// What reaches a real socket. Serial, since the environment is one for the whole process.
@Suite(.serialized) struct ServiceNotifierTests {
    @Test(arguments: [true, false]) func aMessageArrivesWholeAndAlone(isAbstract: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path.appending("notify").string
        let manager = try NotifySocket(address: isAbstract ? "@batchd-test-\(getpid())" : path)
        let notifier = try ServiceNotifier(address: manager.address)
        try notifier.send(["READY=1", "STATUS=two\nlines"])
        try notifier.send(["WATCHDOG=1"])
        #expect(manager.next(withinMilliseconds: 60_000) == ["READY=1", "STATUS=two lines"])
        #expect(manager.next(withinMilliseconds: 60_000) == ["WATCHDOG=1"])
        #expect(manager.next(withinMilliseconds: 0) == nil)
    }

    @Test(arguments: [
        ("vsock:2:1234", Errno.addressFamilyNotSupported), ("", .addressFamilyNotSupported),
        ("/nowhere/at/all", .noSuchFileOrDirectory), ("/" + String(repeating: "n", count: 200), .fileNameTooLong),
    ])
    func anAddressThatCannotBeReachedIsAnError(address: String, errno: Errno) throws {
        let notifier = try ServiceNotifier(address: address)
        #expect(throws: SupervisionError(operation: "telling the service manager", errno: errno)) {
            try notifier.send(["READY=1"])
        }
    }

    @Test(
        arguments: [
            ("600000000", nil, 600_000_000_000), ("600000000", String(getpid()), 600_000_000_000),
            ("600000000", "1", nil), ("0", nil, nil), ("soon", nil, nil), ("9223372036854775807", nil, nil),
        ] as [(String, String?, Int64?)]
    )
    func theWatchdogIsMeantForItsProcess(interval: String, process: String?, nanoseconds: Int64?) throws {
        setenv("NOTIFY_SOCKET", "@nobody", 1)
        setenv("WATCHDOG_USEC", interval, 1)
        if let process { setenv("WATCHDOG_PID", process, 1) }
        let notifier = try #require(try ServiceNotifier.takeFromEnvironment())
        #expect(notifier.watchdogNanoseconds == nanoseconds)
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { #expect(getenv(name) == nil, "\(name)") }
        #expect(try ServiceNotifier.takeFromEnvironment() == nil)
    }
}
