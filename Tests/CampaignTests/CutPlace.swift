import Campaign
import Glibc
import SystemPackage

/// Where the cut of a part works: the binary beside this one, and a directory that is removed.
struct CutPlace {
    let context: CampaignContext
    private let scratch: ScratchDirectory

    init() throws {
        guard let executable = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
        defer { free(executable) }
        scratch = try ScratchDirectory()
        context = CampaignContext(
            binary: FilePath(platformString: executable).removingLastComponent().appending("batchd"),
            scratch: scratch.path,
            sources: FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent(),
            isCut: true
        )
    }
}
