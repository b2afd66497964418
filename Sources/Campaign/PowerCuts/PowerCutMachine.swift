import BatchTesting
import FoundationEssentials
import Spool
import SystemPackage

/// A disk that can be put back to where it was, the programs that run on it, and the plug to be pulled.
final class PowerCutMachine {
    /// The file system of its disk.
    let kind: CutFileSystem
    /// What happens on it.
    let scenario: PowerCutScenario
    private let shim: FaultShim
    private var armed: ArmedShim?
    private let binary: FilePath
    private let memory: MountPoint
    private let mounted: FilePath
    private let template: SparseImage

    private var image: FilePath { memory.directory.appending("disk.img") }
    private var submission: FilePath { memory.directory.appending(PowerCutScenario.submitted + ".jsonl") }
    private var root: FilePath { mounted.appending("root") }

    /// Makes the disk, with its root and all that was dropped, once.
    ///
    /// - Throws: `CampaignError`, `FileSystemError`, `Errno`.
    init(_ kind: CutFileSystem, _ scenario: PowerCutScenario, _ context: CampaignContext) throws {
        self.kind = kind
        self.scenario = scenario
        binary = context.binary
        shim = try FaultShim(sources: context.sources)
        memory = try MountPoint(
            "none",
            at: context.scratch.appending("memory"),
            type: "tmpfs",
            options: "size=1g"
        )
        mounted = context.scratch.appending("disk")
        let image = memory.directory.appending("disk.img")
        try kind.make(in: image)
        let mount = try MountPoint(image: image, at: mounted, type: kind.type, options: kind.options)
        try Self.populate(mounted.appending("root"), scenario, binary)
        try mount.unmount()
        template = try SparseImage(reading: image)
        if let bytes = scenario.submission?.bytes {
            let name = FilePath(PowerCutScenario.submitted + ".jsonl")
            try LinuxFileSystem(root: memory.directory).writeDurably(bytes, to: name)
        }
    }

    private static func populate(_ directory: FilePath, _ scenario: PowerCutScenario, _ binary: FilePath) throws {
        let root = try RealRoot(
            at: directory,
            queues: scenario.configurations,
            daemon: scenario.daemon,
            binary: binary
        )
        for drop in scenario.drops {
            for file in drop.files {
                let path = QueueLayout(queue: drop.queue).incoming.appending(file.path)
                try root.disk.ensureDirectory(path.removingLastComponent())
                try root.disk.writeDurably(file.bytes, to: path)
            }
        }
    }

    /// Puts the disk back to where it was.
    func reset() throws {
        try template.write(to: image)
    }

    /// Switches the disk on, and does something with it until it is switched off or its power is cut.
    ///
    /// - Parameter body: Gets the root and the mount; nothing may hold a file open after it.
    /// - Returns: What the body returns.
    /// - Throws: `CampaignError` where the disk cannot be mounted or stays in use, or what the body throws.
    func powered<Answer>(_ body: (RealRoot, MountPoint) throws -> Answer) throws -> Answer {
        let mount = try MountPoint(image: image, at: mounted, type: kind.type, options: kind.options)
        let answer = try withRoot { try body($0, mount) }
        try mount.unmount()
        return answer
    }

    private func withRoot<Answer>(_ body: (RealRoot) throws -> Answer) throws -> Answer {
        try body(RealRoot(existing: root, queues: PowerCutScenario.queues, binary: binary))
    }

    /// Starts what the scenario says: the submission, if there is one, then a run to the end.
    ///
    /// - Parameters:
    ///   - deed: What happens at a call; nil only counts.
    ///   - call: At which call.
    /// - Returns: The session, under way.
    /// - Throws: `SupervisionError`, `Errno`.
    func startSession(_ deed: FaultDeed?, at call: Int) throws -> ObservedProcess {
        let script = """
            if [ -n "$2" ]; then "$0" submit "$2" --queue b --root "$1" > /dev/null && echo submitted; fi
            exec "$0" run --once --deadline 60s --root "$1"
            """
        let armed = try shim.arm(root: root, deed: deed, at: call)
        self.armed = armed
        let file = scenario.submission == nil ? "" : submission.string
        return try ObservedProcess(
            "/bin/sh",
            ["-c", script, binary.string, root.string, file],
            environment: ProcessInfo.processInfo.environment.merging(armed.environment) { $1 }
        )
    }

    /// How many calls the last session has made.
    ///
    /// - Throws: `Errno`.
    func calls() throws -> Int {
        try armed?.calls() ?? 0
    }

    /// Starts a run to the end that nothing happens to.
    func startRun() throws -> ObservedProcess {
        try ObservedProcess(binary, ["run", "--once", "--deadline", "60s", "--root", root.string])
    }
}
