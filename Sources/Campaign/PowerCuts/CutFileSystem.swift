import Spool
import SystemPackage

/// A file system whose power is cut, mounted so that as little as possible reaches the medium unasked.
enum CutFileSystem: Int, CaseIterable, Sendable {
    case ext4
    /// Data and names are written in any order, and a rename does not flush what it replaces with.
    case ext4Writeback
    case xfs

    /// The word for it in results.
    var name: String {
        switch self {
        case .ext4: "ext4"
        case .ext4Writeback: "ext4 writeback"
        case .xfs: "XFS"
        }
    }

    /// What mount(2) calls it.
    var type: String { self == .xfs ? "xfs" : "ext4" }

    /// Its own mount options; a journal is committed only when something is synced.
    var options: String {
        switch self {
        case .ext4: "commit=600"
        case .ext4Writeback: "commit=600,noauto_da_alloc,data=writeback"
        case .xfs: "nouuid"
        }
    }

    /// The smallest image that it can be made in, in bytes; sparse.
    private var imageBytes: Int64 { self == .xfs ? 320 << 20 : 16 << 20 }

    private var maker: [String] {
        switch self {
        case .ext4, .ext4Writeback:
            ["mkfs.ext4", "-q", "-F", "-m0", "-E", "lazy_itable_init=0,lazy_journal_init=0", "-J", "size=4"]
        case .xfs: ["mkfs.xfs", "-q", "-f"]
        }
    }

    /// Makes an empty file system.
    ///
    /// - Parameter image: The file; replaced.
    /// - Throws: `CampaignError` where the tool is missing or fails.
    func make(in image: FilePath) throws {
        let file = try FileDescriptor.open(
            image,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try file.closeAfter { try file.resize(to: imageBytes) }
        let making = try ObservedProcess("/usr/bin/env", maker + [image.string])
        guard try making.end(withinSeconds: 60) == .exited(0) else {
            throw CampaignError("\(maker[0]) fails (\(making.lines)); install e2fsprogs and xfsprogs")
        }
    }
}
