import Spool
import SystemPackage
import Testing

@Suite struct RootCheckTests {
    @Test func anOrdinaryDirectoryIsARootAndStaysClean() throws {
        let directory = try TemporaryDirectory()
        let fileSystem = try LinuxFileSystem(root: directory.path)
        try fileSystem.makeDirectory("spool")
        try RootCheck.verify(fileSystem, directories: ["spool", "missing"])
        #expect(try fileSystem.names(in: "") == ["spool"])
    }

    @Test func whatAnInterruptedCheckLeftIsRemoved() throws {
        let directory = try TemporaryDirectory()
        let fileSystem = try LinuxFileSystem(root: directory.path)
        try fileSystem.makeDirectory(".rename-probe")
        try fileSystem.makeDirectory(".rename-probe.renamed")
        try RootCheck.verify(fileSystem, directories: [])
        #expect(try fileSystem.names(in: "").isEmpty)
    }

    @Test func anotherMountBelowTheRootIsRefused() throws {
        let fileSystem = try LinuxFileSystem(root: "/")
        #expect(throws: RootCheck.Failure.otherFileSystem("proc")) {
            try RootCheck.verify(fileSystem, directories: ["proc"])
        }
    }

    @Test func aFileSystemWithoutNamesOfOursIsRefused() throws {
        let fileSystem = try LinuxFileSystem(root: "/proc")
        let failure = try #require(throws: RootCheck.Failure.self) {
            try RootCheck.verify(fileSystem, directories: [])
        }
        #expect(failure.description.contains(".rename-probe"))
    }
}
