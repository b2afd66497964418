import Spool
import SystemPackage
import Testing

@Suite struct SpoolWatcherTests {
    private let directory: TemporaryDirectory
    private let fileSystem: LinuxFileSystem
    private let watcher: SpoolWatcher

    init() throws {
        directory = try TemporaryDirectory()
        fileSystem = try LinuxFileSystem(root: directory.path)
        watcher = try SpoolWatcher(root: directory.path)
        try fileSystem.makeDirectory("incoming")
        try fileSystem.makeDirectory("other")
    }

    @Test func aRenameAndACreationAreToldApart() throws {
        #expect(watcher.watch("incoming"))
        try fileSystem.create("other/part", [1])
        try fileSystem.rename("other/part", to: "incoming/moved", replacing: false)
        try fileSystem.create("incoming/made", [1])
        let events = try watcher.wait(timeoutMilliseconds: 10_000)
        #expect(
            events.arrivals == [
                Arrival(directory: "incoming", name: "moved", movedIn: true),
                Arrival(directory: "incoming", name: "made", movedIn: false),
            ]
        )
        #expect(!events.wasWoken && events.endedDirectories.isEmpty)
        #expect(watcher.limitation == nil)
    }

    @Test func wakingEndsOneWaitFromAnyThread() throws {
        let waking = Thread { [watcher] in
            watcher.wake()
            watcher.wake()
        }
        #expect(try watcher.wait(timeoutMilliseconds: nil).wasWoken)
        waking.join()
        _ = try watcher.wait(timeoutMilliseconds: 0)
        #expect(try watcher.wait(timeoutMilliseconds: 0) == WatchEvents())
    }

    @Test func aRemovedOrMovedDirectoryIsTold() throws {
        watcher.watch("incoming")
        watcher.watch("other")
        try fileSystem.removeDirectory("incoming")
        try fileSystem.rename("other", to: "elsewhere", replacing: false)
        #expect(try watcher.wait(timeoutMilliseconds: 10_000).endedDirectories == ["incoming", "other"])
    }

    @Test func whatCannotBeWatchedIsSaid() throws {
        #expect(!watcher.watch("missing"))
        #expect(watcher.limitation?.errno == .noSuchFileOrDirectory)
        #expect(watcher.limitation?.operation == "watching 'missing'")
    }

    @Test func anotherDescriptorEndsTheWait() throws {
        let (reading, writing) = try FileDescriptor.pipe()
        #expect(try watcher.wait(timeoutMilliseconds: 0, for: [reading]).readable.isEmpty)
        try writing.close()
        #expect(try watcher.wait(timeoutMilliseconds: nil, for: [reading]).readable == [reading])
        try reading.close()
    }
}
