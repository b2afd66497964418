import Glibc
public import SystemPackage

/// A new directory that is removed, when it is let go, if it is empty.
public final class ScratchDirectory: Sendable {
    /// Its absolute path.
    public let path: FilePath

    /// Makes one.
    ///
    /// - Parameter parent: Where.
    /// - Throws: `Errno`.
    public init(in parent: FilePath = "/tmp") throws {
        guard let template = strdup(parent.appending("batchd-campaign.XXXXXX").string) else { throw Errno.noMemory }
        defer { free(template) }
        guard mkdtemp(template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(platformString: template)
    }

    deinit {
        rmdir(path.string)
    }
}
