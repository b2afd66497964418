import BatchCore
import BatchTesting
import Glibc
import JSONLines
import Spool
import SystemPackage

/// A root in the middle of a drop: a file with its manifest, a directory of two parts, and another queue's file; and
/// a sender who swaps one for something else at any moment.
final class SwapScene {
    /// What a sender can put something else in place of.
    enum Target: String, CaseIterable {
        /// The dropped file.
        case file = "a.jsonl"
        /// Its manifest.
        case manifest = "a.manifest.json"
        /// The dropped directory.
        case directory = "d"
        /// A part of it, also once it is claimed: a sender keeps a descriptor of the directory.
        case part = "d/part-0.jsonl"
        /// A name that no job can have.
        case unusable = "x.txt"
    }

    static let configuration = "model: testing/marked\nsettle_seconds: 0\noutput: { pass: [text] }\n"
    static let queue = "swapped"

    let root: RealRoot
    let outside: OutsideWorld
    private let directory: FilePath
    private let kept: FilePath
    private let layout = QueueLayout(queue: SwapScene.queue)
    private var incoming: FilePath { root.directory.appending(layout.incoming.components) }
    private var droppedDirectory: FileDescriptor?
    private var count = 0
    /// How often something was swapped.
    private(set) var swaps = 0

    /// Makes the root, the drop, and what lies outside.
    init(in scratch: FilePath, binary: FilePath) throws {
        directory = scratch.appending("swap")
        try UnixFile.makeDirectory(directory)
        kept = directory.appending("kept")
        try UnixFile.makeDirectory(kept)
        outside = try OutsideWorld(at: directory.appending("outside"))
        root = try RealRoot(
            at: directory.appending("root"),
            queues: [Self.queue: Self.configuration, "other": Self.configuration],
            binary: binary
        )
        // There from the start, it need not be written in each of many thousand lives.
        try root.disk.writeSynced([], to: SpoolLayout.ballast)
        try root.drop(["whole"], as: "whole.jsonl", in: "other")
        for target in [Target.file, .manifest, .directory, .unusable] { try put(.file, at: target) }
    }

    /// Removes everything.
    func remove() {
        try? droppedDirectory?.close()
        UnixFile.removeTree(directory)
    }

    /// Takes what is there aside, if anything is, and puts something else in its place.
    func swap(_ target: Target, for entry: HostileEntry) throws {
        swaps += 1
        count += 1
        let aside = kept.appending("\(count)")
        if target == .part {
            guard let descriptor = droppedDirectory?.rawValue else { return }
            let new = kept.appending("\(count)-new")
            try make(entry, at: new, target)
            renameat(descriptor, "part-0.jsonl", AT_FDCWD, aside.string)
            if UnixFile.exists(new) { renameat(AT_FDCWD, new.string, descriptor, "part-0.jsonl") }
        } else {
            try? UnixFile.move(incoming.appending(target.rawValue), to: aside)
            try put(entry, at: target)
        }
    }

    private func put(_ entry: HostileEntry, at target: Target) throws {
        count += 1
        // A drop is renamed into place, so that it is whole from the first moment.
        let new = kept.appending("\(count)-new")
        try make(entry, at: new, target)
        guard UnixFile.exists(new) else { return }
        try? UnixFile.move(new, to: incoming.appending(target.rawValue))
        guard target == .directory, entry == .file else { return }
        try? droppedDirectory?.close()
        droppedDirectory = try? .open(incoming.appending("d"), .readOnly)
    }

    private func make(_ entry: HostileEntry, at path: FilePath, _ target: Target) throws {
        switch (target, entry) {
        case (.manifest, .file): try UnixFile.write(#"{"records": 1}"#, to: path)
        case (.directory, .file):
            try UnixFile.makeDirectory(path)
            try UnixFile.write(#"{"text": "first part \#(count)"}"# + "\n", to: path.appending("part-0.jsonl"))
            try UnixFile.write(#"{"text": "second part \#(count)"}"# + "\n", to: path.appending("part-1.jsonl"))
            try UnixFile.write("", to: path.appending("_SUCCESS"))
        default: try entry.make(at: path, outside: outside, text: "text \(count)")
        }
    }

    /// One life of a keeper in this process.
    ///
    /// - Parameter meddle: Has a turn before each of its calls.
    /// - Returns: What went wrong, once all that is left in `incoming` was taken back.
    /// - Throws: Where the keeper's configuration is refused, or what is left cannot be taken back.
    func live(meddle: @escaping @Sendable (_ operation: String, _ path: FilePath) -> Void) throws -> [String] {
        let harness = try SpoolHarness(
            disk: MeddledFileSystem(root.disk, meddle: meddle),
            clock: ManualClock(),
            queues: [Self.queue: Self.configuration, "other": Self.configuration],
            model: MarkedTextModel()
        )
        // What waits for its end, such as a directory without one, waits until its sender has taken it back.
        _ = harness.run()
        try takeBack()
        let end = harness.work()
        let stopped = harness.keeper.stoppedQueues.map { "I7 queue \($0.key) was stopped: \($0.value)" }
        return stopped + (end == .idle ? [] : ["the keeper ended \(end)"]) + violations()
    }

    /// Takes back all that still lies in `incoming`, but for what a running daemon takes first.
    func takeBack() throws {
        for entry in try root.disk.entries(of: layout.incoming, maximum: .max) {
            count += 1
            do {
                try UnixFile.move(incoming.appending(entry.name), to: kept.appending("\(count)"))
            } catch Errno.noSuchFileOrDirectory {}
        }
    }

    /// What is wrong once nothing is left to do.
    func violations() -> [String] {
        var found = root.checker.violationsAtAnyInstant() + outside.violations()
        let whole = InvariantChecker.Expectation(queue: "other", stem: "whole", lines: 1...1)
        found += InvariantChecker(disk: root.disk, queues: ["other"]).violationsWhenIdle(expected: [whole])
        do {
            for rest in [layout.claimed, layout.jobs, layout.staging, layout.hold] {
                let names = try root.disk.entries(of: rest, maximum: 5).map(\.name.string)
                if !names.isEmpty { found.append("I6 \(rest) still holds \(names)") }
            }
            found += try SecretSearch(root: root).violations()
        } catch {
            found.append("the root cannot be read: \(error)")
        }
        return found
    }
}
