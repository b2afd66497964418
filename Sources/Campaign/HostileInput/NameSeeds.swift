import BatchTesting
import Glibc
import Spool
import SystemPackage

/// Drops hostile names, and hostile things under plain names, into a root of the real binary.
enum NameSeeds {
    private static let queue = "names"
    private static let layout = QueueLayout(queue: queue)
    private static let configuration = "model: testing/marked\nsettle_seconds: 0\noutput: { pass: [text] }\n"
    /// A run that takes longer than this waits for something that never comes, in milliseconds.
    private static let runMillisecondsMaximum = 240_000

    /// Regular files under every kind of name: each becomes a job, stays because it is unfinished or a statement, or
    /// is set aside with a note.
    static func names(_ context: CampaignContext) throws -> SeedOutcome {
        let (root, outside) = try makeRoot(context)
        defer { tearDown(root, outside) }
        let incoming = root.directory.appending(layout.incoming.components)
        var outcome = SeedOutcome()
        var dropped: [[UInt8]] = []
        for name in HostileName.all(many: context.isCut ? 20 : 2_000) {
            guard let component = name.withPathString(FilePath.Component.init(platformString:)) else { continue }
            try UnixFile.write(#"{"text": "named"}"# + "\n", to: incoming.appending(component))
            dropped.append(name)
        }
        let all = try run(root, outside, deadline: "200s")
        let left = Set(try root.disk.entries(of: layout.incoming, maximum: .max).map(\.name))
        let notes = try root.disk.entries(of: layout.quarantine, maximum: .max).count
        var unusable = 0
        for name in dropped {
            guard let component = name.withPathString(FilePath.Component.init(platformString:)) else { continue }
            let stays = left.contains(component)
            var violations: [String] = []
            switch IncomingName(bytes: name, isDirectory: false) {
            case .job(let source):
                let job = try? root.job(source.stem, in: queue)
                if job?.files[PublishedName.success] == nil { violations.append("it was not answered") }
            case .unfinished, .sidecar:
                if !stays { violations.append("it was taken, and is no job file") }
            case .unusable:
                unusable += 1
                if stays { violations.append("it was left") }
            }
            outcome.note(violations, "the name \(name.map { String($0, radix: 16) })")
        }
        outcome.note(all, "all names together")
        outcome.note(
            notes == 2 * unusable ? [] : ["\(notes) are in quarantine for \(unusable) names"],
            "the quarantine"
        )
        return outcome
    }

    /// Links, FIFOs, sockets, devices and directories under the names of job files, their manifests and directories.
    static func entries(_ context: CampaignContext) throws -> SeedOutcome {
        let (root, outside) = try makeRoot(context)
        defer { tearDown(root, outside) }
        let incoming = root.directory.appending(layout.incoming.components)
        var outcome = SeedOutcome()
        for entry in HostileEntry.possible {
            let path = incoming.appending("entry-\(entry)")
            for ending in [".jsonl", ".jsonl.zst", "", ".txt"] {
                try entry.make(at: FilePath(path.string + ending), outside: outside, text: "\(entry)")
            }
            for ending in [".manifest.json", ".done"] {
                let name = "with-\(entry)\(ending)"
                try UnixFile.write(#"{"text": "beside"}"# + "\n", to: incoming.appending("with-\(entry).jsonl"))
                try entry.make(at: incoming.appending(name), outside: outside, text: "\(entry)")
            }
        }
        if geteuid() != 0 { print("part 8: no device among the entries, they need root") }
        let all = try run(root, outside, deadline: "15s")
        for entry in HostileEntry.possible where entry != .nothing {
            var violations: [String] = []
            let job = try? root.job("entry-\(entry)", in: queue)
            if job == nil && entry != .directoryWithoutEnd { violations.append("nothing was published") }
            let isAnswered = job?.files[PublishedName.success] != nil
            if isAnswered && !entry.isAnswered { violations.append("it was answered") }
            outcome.note(violations, "\(entry) under a job's name")
        }
        outcome.note(all, "all entries together")
        return outcome
    }

    private static func makeRoot(_ context: CampaignContext) throws -> (RealRoot, OutsideWorld) {
        let outside = try OutsideWorld(at: context.scratch.appending("outside"))
        let root = try RealRoot(
            at: context.scratch.appending("root"),
            queues: [queue: configuration, "other": configuration],
            binary: context.binary
        )
        try root.drop(["whole"], as: "whole.jsonl", in: "other")
        return (root, outside)
    }

    private static func tearDown(_ root: RealRoot, _ outside: OutsideWorld) {
        UnixFile.removeTree(root.directory)
        outside.remove()
    }

    private static func end(of root: RealRoot, deadline: String, _ found: inout [String]) throws -> ChildProcess.Event {
        let child = try root.start(options: ["--deadline", deadline])
        let event = try child.wait(timeoutMilliseconds: runMillisecondsMaximum)
        if event == .timedOut {
            found.append("the run did not end")
            child.kill()
        }
        return event
    }

    /// Runs the root once and says what went wrong.
    private static func run(_ root: RealRoot, _ outside: OutsideWorld, deadline: String) throws -> [String] {
        var found: [String] = []
        var event = try end(of: root, deadline: deadline, &found)
        // A directory without an end is work that remains, until its sender takes it back.
        if event == .ended(.exited(75)) {
            for entry in try root.disk.entries(of: layout.incoming, maximum: .max) {
                UnixFile.removeTree(root.directory.appending(layout.incoming.appending(entry.name).components))
            }
            event = try end(of: root, deadline: "200s", &found)
        }
        if ![.ended(.exited(65)), .ended(.exited(0))].contains(event) { found.append("the run ended \(event)") }
        found += root.checker.violationsAtAnyInstant() + outside.violations()
        let whole = InvariantChecker.Expectation(queue: "other", stem: "whole", lines: 1...1)
        found += InvariantChecker(disk: root.disk, queues: ["other"]).violationsWhenIdle(expected: [whole])
        found += try SecretSearch(root: root).violations()
        for rest in [layout.claimed, layout.jobs, layout.staging, layout.hold] {
            let names = try root.disk.entries(of: rest, maximum: 5).map(\.name.string)
            if !names.isEmpty { found.append("I6 \(rest) still holds \(names)") }
        }
        return found
    }
}

extension [UInt8] {
    /// Hands these bytes on as a C string.
    func withPathString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
            // A terminator is always there, so the buffer has a base.
            buffer.baseAddress.map(body) ?? body("")
        }
    }
}
