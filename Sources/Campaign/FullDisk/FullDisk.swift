import BatchCore
import Spool
import Synchronization
import SystemPackage

extension CampaignPart {
    /// Fills the disk at each step of free space.
    public static let fullDisk = CampaignPart(
        number: 7,
        name: "full-disk",
        purpose: "the disk is full at each 4 KiB step of free space, and at each free inode, on tmpfs and ext4",
        seeds: 1...24,
        casesWanted: 2_000,
        needsRoot: true
    ) { seed, context in
        if context.isCut { return try SimulatedFullDisk(seed: seed).run() }
        return try PrivateMounts.run { try FullDisk(seed: seed, context).run() }
    }
}

/// All cases of one seed: one scenario on one kind of disk.
private final class FullDisk: Sendable {
    private let seed: Int
    private let context: CampaignContext
    private let kind: ScarceDisk.Kind
    private let scenario: FullDiskScenario
    private let template: SparseImage?
    private let memory: Mutex<MountPoint?>
    private let work: Mutex<Work>

    private struct Work {
        var waiting: ArraySlice<FullDiskCase.Setting>
        var results: [(setting: FullDiskCase.Setting, result: FullDiskCase.Result)] = []
        var failure: String?
    }

    /// Cases that run at once; each waits most of its time.
    private static let lanes = 6

    init(seed: Int, _ context: CampaignContext) throws {
        self.seed = seed
        self.context = context
        kind = ScarceDisk.Kind.allCases[seed % ScarceDisk.Kind.allCases.count]
        scenario = FullDiskScenario(seed: seed / ScarceDisk.Kind.allCases.count)
        let memory = try MountPoint(
            "none",
            at: context.scratch.appending("memory"),
            type: "tmpfs",
            options: "size=1g"
        )
        let image = memory.directory.appending("template.img")
        template = kind == .ext4 ? try ScarceDisk.makeTemplate(at: image) : nil
        self.memory = Mutex(memory)
        work = Mutex(Work(waiting: FullDiskPlan(seed: seed).settings[...]))
    }

    func run() throws -> SeedOutcome {
        let lanes = ThreadGroup()
        for lane in 0..<Self.lanes {
            let scratch = context.scratch.appending("memory/lane-\(lane)")
            try LinuxFileSystem(root: context.scratch).ensureDirectory(FilePath("memory/lane-\(lane)"))
            try lanes.start { [self] in live(in: scratch) }
        }
        while !lanes.wait(seconds: 3600) {}
        if let failure = work.withLock({ $0.failure }) { throw CampaignError(failure) }
        return outcome
    }

    private func live(in scratch: FilePath) {
        while let setting = work.withLock({ $0.failure == nil ? $0.waiting.popFirst() : nil }) {
            do {
                let disk = try ScarceDisk(kind, in: scratch, template: template)
                let full = FullDiskCase(scenario: scenario, setting: setting, binary: context.binary)
                let result = try full.run(on: disk)
                work.withLock { $0.results.append((setting, result)) }
            } catch {
                work.withLock { $0.failure = $0.failure ?? "\(kind.name), \(setting.words): \(error)" }
            }
        }
    }

    private var outcome: SeedOutcome {
        var outcome = SeedOutcome()
        for (setting, result) in work.withLock({ $0.results }) {
            outcome.note(result.violations, "\(kind.name), \(setting.words)")
            if result.hasPaused { outcome.figures["paused", default: 0] += 1 }
            let slowest = outcome.figures["seconds_to_go_on_maximum"] ?? 0
            outcome.figures["seconds_to_go_on_maximum"] = max(slowest, result.secondsToGoOn)
        }
        return outcome
    }
}
