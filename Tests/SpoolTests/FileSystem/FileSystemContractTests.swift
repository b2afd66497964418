import Spool
import SystemPackage
import Testing

/// What every implementation of `FileSystem` must do alike; the simulated disk is worth no more than this.
@Suite struct FileSystemContractTests {
    @Test(arguments: DiskUnderTest.allCases) func writtenBytesAreReadBack(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            let file = try fileSystem.open("a", .createNew)
            try file.append(Array("one ".utf8))
            try file.append([])
            try file.append(Array("two".utf8))
            #expect(try file.status().bytes == 7)
            try file.sync()
            try file.close()
            #expect(try fileSystem.contents("a") == Array("one two".utf8))
            #expect(try fileSystem.status(of: "a")?.kind == .regular)
            #expect(try fileSystem.status(of: "a")?.bytes == 7)
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func creatingAnExistingNameFails(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            try fileSystem.create("a", [1])
            try expect(.fileExists) { try fileSystem.create("a", [2]) }
            #expect(try fileSystem.contents("a") == [1])
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func whatIsNotThereIsSaid(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            #expect(try fileSystem.status(of: "a") == nil)
            try expect(.noSuchFileOrDirectory) { _ = try fileSystem.open("a", .read) }
            try expect(.noSuchFileOrDirectory) { _ = try fileSystem.open("d/a", .createNew) }
            try expect(.noSuchFileOrDirectory) { try fileSystem.removeFile("a") }
            try expect(.noSuchFileOrDirectory) { try fileSystem.removeDirectory("a") }
            try expect(.noSuchFileOrDirectory) { try fileSystem.rename("a", to: "b", replacing: true) }
            try expect(.noSuchFileOrDirectory) { try fileSystem.makeDirectory("d/e") }
            try expect(.noSuchFileOrDirectory) { try fileSystem.syncDirectory("d") }
            try expect(.noSuchFileOrDirectory) { _ = try fileSystem.entries(of: "d", maximum: 1) }
            try expect(.noSuchFileOrDirectory) { _ = try fileSystem.writers(of: "a") }
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func aDirectoryIsNoFileAndAFileNoDirectory(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            try fileSystem.makeDirectory("d")
            try fileSystem.create("f", [1])
            try expect(.invalidArgument) { _ = try fileSystem.open("d", .read) }
            try expect(.fileExists) { _ = try fileSystem.open("d", .createNew) }
            try expect(.fileExists) { try fileSystem.makeDirectory("f") }
            try expect(.isDirectory) { try fileSystem.removeFile("d") }
            try expect(.notDirectory) { try fileSystem.removeDirectory("f") }
            try expect(.notDirectory) { _ = try fileSystem.open("f/x", .read) }
            try expect(.notDirectory) { _ = try fileSystem.status(of: "f/x") }
            try expect(.notDirectory) { try fileSystem.syncDirectory("f") }
            try expect(.notDirectory) { _ = try fileSystem.entries(of: "f", maximum: 1) }
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func renameReplacesOnlyWhenAsked(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            try fileSystem.create("a", [1])
            try fileSystem.create("b", [2])
            try expect(.fileExists) { try fileSystem.rename("a", to: "b", replacing: false) }
            #expect(try fileSystem.contents("b") == [2])
            try fileSystem.rename("a", to: "b", replacing: true)
            #expect(try fileSystem.names(in: "") == ["b"])
            #expect(try fileSystem.contents("b") == [1])
            try expect(.fileExists) { try fileSystem.rename("b", to: "b", replacing: false) }
            try fileSystem.rename("b", to: "b", replacing: true)
            #expect(try fileSystem.contents("b") == [1])
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func aDirectoryMovesWithItsContent(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            for name in ["x", "y", "x/d"] as [FilePath] { try fileSystem.makeDirectory(name) }
            try fileSystem.create("x/d/f", [7])
            try fileSystem.rename("x/d", to: "y/e", replacing: false)
            #expect(try fileSystem.contents("y/e/f") == [7])
            #expect(try fileSystem.names(in: "x").isEmpty)
            try expect(.invalidArgument) { try fileSystem.rename("y", to: "y/e/z", replacing: false) }
            try fileSystem.create("f", [1])
            try expect(.notDirectory) { try fileSystem.rename("x", to: "f", replacing: true) }
            try expect(.isDirectory) { try fileSystem.rename("f", to: "x", replacing: true) }
            try expect(.directoryNotEmpty) { try fileSystem.rename("x", to: "y", replacing: true) }
            try fileSystem.rename("y", to: "x", replacing: true)
            #expect(try fileSystem.contents("x/e/f") == [7])
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func onlyAnEmptyDirectoryIsRemoved(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            try fileSystem.makeDirectory("d")
            try expect(.fileExists) { try fileSystem.makeDirectory("d") }
            try fileSystem.create("d/f", [])
            try expect(.directoryNotEmpty) { try fileSystem.removeDirectory("d") }
            try fileSystem.removeFile("d/f")
            try fileSystem.syncDirectory("d")
            try fileSystem.removeDirectory("d")
            try fileSystem.syncDirectory("")
            #expect(try fileSystem.status(of: "d") == nil)
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func listingTellsKindsAndStopsAtItsMaximum(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            try fileSystem.makeDirectory("d")
            for name in ["a", "b", "c"] as [FilePath.Component] {
                try fileSystem.create(FilePath("d").appending(name), [])
            }
            try fileSystem.makeDirectory("d/e")
            let entries = try fileSystem.entries(of: "d", maximum: .max)
            #expect(Set(entries) == [entry("a"), entry("b"), entry("c"), DirectoryEntry(name: "e", kind: .directory)])
            #expect(try fileSystem.entries(of: "d", maximum: 2).count == 2)
            #expect(try fileSystem.entries(of: "d", maximum: 0).isEmpty)
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func namesNeedNotBeUTF8(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            let bytes: [CChar] = [CChar(bitPattern: 0xFF), CChar(bitPattern: 0xC3), 0x41, 0]
            let name = try #require(
                bytes.withUnsafeBufferPointer { buffer in
                    buffer.baseAddress.flatMap { FilePath.Component(platformString: $0) }
                }
            )
            try fileSystem.create(FilePath("").appending(name), [5])
            let listed = try #require(try fileSystem.entries(of: "", maximum: 9).first?.name)
            #expect(listed == name)
            #expect(listed.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: 4)) } == bytes)
            try fileSystem.rename(FilePath("").appending(listed), to: "clean", replacing: false)
            #expect(try fileSystem.contents("clean") == [5])
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func aWriterIsSeenUntilItCloses(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            let file = try fileSystem.open("a", .createNew)
            #expect(try fileSystem.writers(of: "a") == .some)
            try file.close()
            let presence = try fileSystem.writers(of: "a")
            #expect(presence == .none || presence == .unknown)
            #expect(try fileSystem.contents("a").isEmpty, "the lease must not outlive the question")
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func anOpenFileOutlivesItsName(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            try fileSystem.create("a", [1, 2, 3, 4])
            let file = try fileSystem.open("a", .read)
            #expect(try file.readChunk(maximum: 2) == [1, 2])
            try fileSystem.removeFile("a")
            #expect(try file.readChunk(maximum: 9) == [3, 4])
            #expect(try file.readChunk(maximum: 9).isEmpty)
            try file.close()
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func thereIsSpace(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            let space = try fileSystem.space()
            #expect(space.bytes > 0)
            #expect(space.inodes > 0)
        }
    }

    @Test(arguments: DiskUnderTest.allCases) func errorsNameCallAndPath(_ disk: DiskUnderTest) throws {
        try disk.run { fileSystem in
            let error = try #require(throws: FileSystemError.self) { try fileSystem.removeFile("gone") }
            #expect(error.path == "gone")
            #expect(error.description.hasPrefix("remove file of 'gone' failed: "))
        }
    }

    private func entry(_ name: FilePath.Component) -> DirectoryEntry {
        DirectoryEntry(name: name, kind: .regular)
    }
}

/// Expects a `FileSystemError` with one errno.
func expect(
    _ errno: Errno,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) throws {
    let error = try #require(throws: FileSystemError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error.errno == errno, sourceLocation: sourceLocation)
}
