import Campaign
import Glibc
import SystemPackage
import Testing

/// Runs the small cut of a part with the binary that was built beside the tests.
struct CutContext {
    private let directory: ScratchDirectory
    private let context: CampaignContext

    init() throws {
        directory = try ScratchDirectory()
        guard let executable = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
        defer { free(executable) }
        context = CampaignContext(
            binary: FilePath(platformString: executable).removingLastComponent().appending("batchd"),
            scratch: directory.path,
            sources: "/",
            isCut: true
        )
    }

    func run(part number: Int, seed: Int = 1) throws -> SeedOutcome {
        let part = try #require(CampaignPart.all.first { $0.number == number })
        return try part.run(seed, context)
    }
}
