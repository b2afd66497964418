import Glibc
import Spool
import SystemPackage

/// A small file system with exactly as much room as is wanted, and more at any time.
final class ScarceDisk {
    /// What it is made of.
    enum Kind: Int, CaseIterable, Sendable {
        /// A tmpfs, whose limits are moved.
        case memory
        /// ext4 in an image, filled up by another file.
        case ext4

        /// The word for it in results.
        var name: String { self == .memory ? "tmpfs" : "ext4" }
    }

    /// What there is too little of.
    enum Scarcity: Sendable {
        /// Free blocks of 4 KiB.
        case blocks(Int)
        /// Free inodes.
        case inodes(Int)
    }

    /// What can be used, once it is filled, besides the room that is left.
    private enum Limits {
        static let blockBytes = 4096
        static let blocks = 8192
        static let inodes = 512
        /// How often it is filled up again where somebody else wrote meanwhile.
        static let attemptsMaximum = 1_000
    }

    private let kind: Kind
    private let mount: MountPoint
    private let image: FilePath?
    private var filler: FilePath { mount.directory.appending("filler") }
    private var fillerFiles: [FilePath] = []

    /// The directory for a root; nothing is in it.
    var root: FilePath { mount.directory.appending("root") }

    /// Makes one with room.
    ///
    /// - Parameters:
    ///   - kind: What it is made of.
    ///   - scratch: An existing directory.
    ///   - template: An ext4 file system of `makeTemplate`; none for memory.
    /// - Throws: `CampaignError`, `Errno`.
    init(_ kind: Kind, in scratch: FilePath, template: SparseImage?) throws {
        self.kind = kind
        let directory = scratch.appending("disk")
        guard let template else {
            image = nil
            mount = try MountPoint("none", at: directory, type: "tmpfs", options: Self.roomy)
            return
        }
        let image = scratch.appending("disk.img")
        try template.write(to: image)
        self.image = image
        mount = try MountPoint(image: image, at: directory, type: "ext4", options: "commit=600")
    }

    deinit {
        if let image { unlink(image.string) }
    }

    /// Makes an empty ext4.
    ///
    /// - Parameter image: Where it is made, and removed again.
    /// - Returns: Its content.
    /// - Throws: `CampaignError`, `Errno`.
    static func makeTemplate(at image: FilePath) throws -> SparseImage {
        defer { unlink(image.string) }
        let file = try FileDescriptor.open(image, .writeOnly, options: .create, permissions: [.ownerReadWrite])
        try file.closeAfter { try file.resize(to: Int64(Limits.blocks * Limits.blockBytes)) }
        let lazy = "lazy_itable_init=0,lazy_journal_init=0"
        let options = ["-q", "-F", "-m0", "-N", "\(Limits.inodes)", "-b", "4096", "-E", lazy, "-J", "size=4"]
        let making = try ObservedProcess("/usr/bin/env", ["mkfs.ext4"] + options + [image.string])
        guard try making.end(withinSeconds: 60) == .exited(0) else {
            throw CampaignError("mkfs.ext4 fails (\(making.lines)); install e2fsprogs")
        }
        return try SparseImage(reading: image)
    }

    private static let roomy = "size=\(Limits.blocks * Limits.blockBytes),nr_inodes=\(Limits.inodes)"

    /// Takes all room but this.
    ///
    /// - Throws: `CampaignError`, `Errno`.
    func leave(_ scarcity: Scarcity) throws {
        switch (kind, scarcity) {
        case (.memory, .blocks(let count)): try shrink { "size=\(($0.blocks + count) * Limits.blockBytes)" }
        case (.memory, .inodes(let count)): try shrink { "nr_inodes=\($0.inodes + count)" }
        case (.ext4, .blocks(let count)): try fillBlocks(leaving: count)
        case (.ext4, .inodes(let count)): try fillInodes(leaving: count)
        }
    }

    /// Gives all room back.
    ///
    /// - Throws: `CampaignError`, `Errno`.
    func makeRoom() throws {
        if kind == .memory { return try mount.remount(options: Self.roomy) }
        for file in fillerFiles { unlink(file.string) }
        fillerFiles = []
    }

    /// What is in use: of tmpfs, where room is what is not.
    private func used() throws -> (blocks: Int, inodes: Int) {
        let space = try space()
        return (Int(space.f_blocks - space.f_bfree), Int(space.f_files - space.f_ffree))
    }

    private func space() throws -> statvfs {
        var description = statvfs()
        guard statvfs(mount.directory.string, &description) == 0 else { throw Errno(rawValue: errno) }
        return description
    }

    /// A limit below what is in use is refused, and that may grow meanwhile.
    private func shrink(_ option: ((blocks: Int, inodes: Int)) -> String) throws {
        for attempt in 1... {
            do {
                return try mount.remount(options: option(try used()))
            } catch let error as CampaignError {
                if attempt == Limits.attemptsMaximum { throw error }
            }
        }
    }

    private func fillBlocks(leaving count: Int) throws {
        for attempt in 0..<Limits.attemptsMaximum {
            let excess = Int(try space().f_bavail) - count
            if excess <= 0 { return }
            let path = FilePath(filler.string + ".\(attempt)")
            let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: [.ownerReadWrite])
            fillerFiles.append(path)
            // Where somebody else was faster, there is less to take the next time.
            _ = try file.closeAfter { posix_fallocate(file.rawValue, 0, off_t(excess * Limits.blockBytes)) }
        }
        throw CampaignError("'\(mount.directory)' cannot be filled up to \(count) blocks")
    }

    private func fillInodes(leaving count: Int) throws {
        while Int(try space().f_favail) > count {
            let path = FilePath(filler.string + ".\(fillerFiles.count)")
            do {
                let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: [.ownerReadWrite])
                try file.close()
            } catch Errno.noSpace {
                // The batchd that runs meanwhile took the last one.
                return
            }
            fillerFiles.append(path)
        }
    }
}
