import BatchCore
import BatchTesting
import SystemPackage
import Testing

@testable import Spool

/// A cache's directory stays within its size and its number of files.
@Suite struct CacheFilesTests {
    private let disk = SimulatedDisk(clock: ManualClock())
    private static let origin = CacheStamp.Origin(
        queue: "q",
        model: MarkedTextModel().identity,
        content: "c",
        columns: 3,
        isa: "none",
        build: "test",
        program: "p"
    )

    init() {
        disk.dropDirectory(SpoolLayout.state)
    }

    private func sizes() throws -> [Int] {
        let directory = SpoolLayout.cache(of: "q")
        return try disk.entries(of: directory, maximum: .max).map(\.name.string).sorted()
            .filter { $0.hasPrefix("answers") }
            .map { try disk.status(of: directory.appending($0))?.bytes ?? 0 }
    }

    @Test func itNeverTakesMoreThanItsSizeAndForgetsTheOldest() throws {
        var files = CacheFiles(disk: disk, queue: "q", bytesMaximum: 8000)
        _ = try files.begin(Self.origin)
        for number in 0..<200 {
            try files.append([UInt8](repeating: UInt8(number), count: 100 + number % 300))
            let sizes = try sizes()
            #expect(sizes.reduce(0, +) <= 8000 && sizes.allSatisfy { $0 <= 1000 })
        }
        var last: UInt8?
        files.read { last = $0.last }
        #expect(last == 199)
        #expect(try sizes().reduce(0, +) > 6000)
    }

    @Test func everyLifeBeginsAFileAndTheOldestGo() throws {
        for life in 0..<CacheFiles.filesMaximum + 6 {
            var files = CacheFiles(disk: disk, queue: "q", bytesMaximum: 1 << 20)
            _ = try files.begin(Self.origin)
            try files.append([UInt8(life)])
            try files.close()
        }
        #expect(try sizes().count <= CacheFiles.filesMaximum)
        var files = CacheFiles(disk: disk, queue: "q", bytesMaximum: 10)
        _ = try files.begin(Self.origin)
        #expect(try sizes().count <= 10, "a smaller size takes hold at the start")
    }

    @Test func aChangedStampBeginsAnewWithOtherSecrets() throws {
        var files = CacheFiles(disk: disk, queue: "q", bytesMaximum: 1 << 20)
        var stamp = try files.begin(Self.origin)
        let path = SpoolLayout.cache(of: "q").appending("stamp")
        var index = 0
        while index < (try disk.readFile(path, bytesMaximum: 1 << 16).count) {
            try files.append([1])
            try files.close()
            var bytes = try disk.readFile(path, bytesMaximum: 1 << 16)
            bytes[index] ^= 1 << (index % 8)
            try disk.replaceUnsynced(path, with: bytes)
            let other = try files.begin(Self.origin)
            #expect(other.textKey != stamp.textKey && other.blockKey != stamp.blockKey)
            #expect(try sizes() == [])
            stamp = other
            index += 1
        }
        #expect(index > 300)
    }

    @Test func aStampIsKeptAndAnotherOriginBeginsAnew() throws {
        var files = CacheFiles(disk: disk, queue: "q", bytesMaximum: 1 << 20)
        let stamp = try files.begin(Self.origin)
        try files.append([1])
        try files.close()
        #expect(try files.begin(Self.origin) == stamp)
        #expect(try sizes() == [1])
        var other = Self.origin
        other.program = "q"
        #expect(try files.begin(other).textKey != stamp.textKey)
        #expect(try sizes() == [])
    }
}
