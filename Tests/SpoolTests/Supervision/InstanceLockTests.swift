import Glibc
import Spool
import SystemPackage
import Testing

@Suite struct InstanceLockTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func aSecondLockIsRefusedUntilTheFirstIsReleased() throws {
        #expect(try !InstanceLock.isHeld(root: directory.path))
        var first = try InstanceLock.tryLock(root: directory.path)
        #expect(first != nil)
        #expect(try InstanceLock.tryLock(root: directory.path) == nil)
        #expect(try InstanceLock.isHeld(root: directory.path))
        first = nil
        try awaitRelease()
        #expect(try !InstanceLock.isHeld(root: directory.path))
        #expect(try InstanceLock.tryLock(root: directory.path) != nil)
    }

    @Test(arguments: [false, true]) func removingTheLockFileReleasesNothing(isReplaced: Bool) throws {
        let first = try #require(try InstanceLock.tryLock(root: directory.path))
        let path = directory.path.appending(InstanceLock.fileName)
        unlink(path.string)
        if isReplaced {
            try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite).close()
        }
        #expect(try InstanceLock.isHeld(root: directory.path))
        #expect(try InstanceLock.tryLock(root: directory.path) == nil)
        withExtendedLifetime(first) {}
    }

    @Test func askingMakesNoLockFile() throws {
        #expect(try !InstanceLock.isHeld(root: directory.path))
        #expect(try LinuxFileSystem(root: directory.path).names(in: "").isEmpty)
    }

    @Test func whoOnlyAsksDoesNotKeepADaemonFromStarting() throws {
        _ = try InstanceLock.tryLock(root: directory.path)
        let path = directory.path.appending(InstanceLock.fileName)
        let asking = try FileDescriptor.open(path, .readOnly)
        try #require(flock(asking.rawValue, LOCK_SH) == 0)
        let released = Thread {
            usleep(5_000)
            try? asking.close()
        }
        #expect(try InstanceLock.tryLock(root: directory.path) != nil)
        released.join()
    }

    @Test func aChildThatInheritsTheLockKeepsIt() throws {
        var lock = try InstanceLock.tryLock(root: directory.path)
        let inherited = try #require(lock?.descriptors)
        let child = try ChildProcess(
            ChildCommand(
                executable: "/bin/sleep",
                arguments: ["600"],
                descriptors: [3: inherited[0], 5: inherited[1]]
            )
        )
        let other = try ChildProcess(ChildCommand(executable: "/bin/sleep", arguments: ["600"]))
        lock = nil
        #expect(try InstanceLock.isHeld(root: directory.path))
        child.kill()
        #expect(try child.wait() == .ended(.signaled(SIGKILL)))
        // The other child was not given the lock and lives on.
        try awaitRelease()
        #expect(try other.wait(timeoutMilliseconds: 0) == .timedOut)
        other.kill()
        _ = try other.wait()
    }

    @Test func anInheritedLockIsReleasedByItsNewOwner() throws {
        let original = try #require(try InstanceLock.tryLock(root: directory.path))
        let copies = try original.descriptors.map { try $0.duplicate() }
        var inherited: InstanceLock? = try InstanceLock(inherited: copies)
        #expect(inherited?.descriptors == copies)
        inherited = nil
        #expect(try InstanceLock.isHeld(root: directory.path), "the original is still open")
        withExtendedLifetime(original) {}
    }

    /// Waits for the lock itself: between vfork and exec, a process that a parallel test starts has every open file.
    private func awaitRelease() throws {
        for path in [directory.path, directory.path.appending(InstanceLock.fileName)] {
            let file = try FileDescriptor.open(path, .readOnly)
            try #require(flock(file.rawValue, LOCK_SH) == 0)
            try file.close()
        }
    }
}
