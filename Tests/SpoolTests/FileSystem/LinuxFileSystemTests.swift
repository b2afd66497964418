import Glibc
import Spool
import SystemPackage
import Testing

/// What only the real disk has: links, FIFOs, sockets and devices.
@Suite struct LinuxFileSystemTests {
    private let directory: TemporaryDirectory
    private let fileSystem: LinuxFileSystem

    init() throws {
        directory = try TemporaryDirectory()
        fileSystem = try LinuxFileSystem(root: directory.path)
    }

    @Test func aFIFONeverBlocksAndIsRefused() throws {
        try #require(directory.path.appending("fifo").withPlatformString { mkfifo($0, 0o600) } == 0)
        try expect(.invalidArgument) { _ = try fileSystem.open("fifo", .read) }
        try expect(.invalidArgument) { _ = try fileSystem.writers(of: "fifo") }
        #expect(try fileSystem.status(of: "fifo")?.kind == .other)
        #expect(try fileSystem.entries(of: "", maximum: 9).map(\.kind) == [.other])
    }

    @Test func aLinkIsSeenAndNeverFollowed() throws {
        try fileSystem.create("target", [1])
        try fileSystem.makeDirectory("d")
        try link("target", "file-link")
        try link("d", "directory-link")
        try expect(.invalidArgument) { _ = try fileSystem.open("file-link", .read) }
        try expect(.fileExists) { _ = try fileSystem.open("file-link", .createNew) }
        try expect(.notDirectory) { _ = try fileSystem.entries(of: "directory-link", maximum: 9) }
        #expect(try fileSystem.status(of: "file-link")?.kind == .other)
        try fileSystem.removeFile("file-link")
        #expect(try fileSystem.contents("target") == [1])
    }

    @Test func aSocketIsRefused() throws {
        let socket = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: directory.path.appending("s").string.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        try expect(.invalidArgument) { _ = try fileSystem.open("s", .read) }
    }

    @Test func aMissingRootIsSaid() throws {
        let missing = directory.path.appending("missing")
        let error = try #require(throws: FileSystemError.self) { _ = try LinuxFileSystem(root: missing) }
        #expect(error.errno == .noSuchFileOrDirectory)
        #expect(error.path == missing)
    }

    @Test func theRootMayMoveWhileItIsOpen() throws {
        try fileSystem.create("a", [1])
        let moved = FilePath(directory.path.string + ".moved")
        try #require(rename(directory.path.string, moved.string) == 0)
        defer { rename(moved.string, directory.path.string) }
        #expect(try fileSystem.contents("a") == [1])
    }

    private func link(_ target: String, _ name: FilePath.Component) throws {
        try #require(symlink(target, directory.path.appending(name).string) == 0)
    }
}
