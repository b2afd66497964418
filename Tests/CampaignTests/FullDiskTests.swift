import BatchTesting
import Campaign
import Glibc
import Spool
import SystemPackage
import Testing

/// A full disk without mounts: the campaign's cut on the simulated disk, and a start for which there is no room.
@Suite struct FullDiskTests {
    private static var sources: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }

    private func binary() throws -> FilePath {
        guard let executable = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
        defer { free(executable) }
        return FilePath(platformString: executable).removingLastComponent().appending("batchd")
    }

    @Test func everyStepOfASimulatedFullDiskIsWaitedOut() throws {
        let scratch = try ScratchDirectory()
        let context = CampaignContext(
            binary: try binary(),
            scratch: scratch.path,
            sources: Self.sources,
            isCut: true
        )
        let outcome = try CampaignPart.fullDisk.run(1, context)
        #expect(outcome.violations == [])
        #expect(outcome.cases == 16)
        // Else there was always room, and nothing was tried.
        #expect((outcome.figures["paused"] ?? 0) > 7)
    }

    /// The calls of a start, after the one that makes the lock, are those of the check that the root can rename.
    @Test(arguments: 2...3) func aStartForWhichThereIsNoRoomGoesOnAllTheSame(_ call: Int) throws {
        let shim = try FaultShim(sources: Self.sources)
        let scratch = try ScratchDirectory()
        let yaml = "model: testing/marked\nsettle_seconds: 0\n"
        let root = try RealRoot(at: scratch.path.appending("root"), queues: ["q": yaml], binary: binary())
        defer { root.remove() }
        try root.drop(["text"], as: "job.jsonl", in: "q")
        let armed = try shim.arm(root: root.directory, deed: FaultDeed(.failure(.noSpace)), at: call)
        #expect(try root.start(environment: armed.environment).wait() == .ended(.exited(0)))
        #expect(root.checker.violationsWhenIdle(expected: [.init(queue: "q", stem: "job", lines: 1...1)]) == [])
    }
}
