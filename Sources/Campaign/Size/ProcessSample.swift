import Spool
import SystemPackage

/// What a process holds at one moment, as /proc tells.
struct ProcessSample: Equatable {
    /// Resident memory, in KiB.
    var residentKiB = 0
    /// Of it, what no file backs.
    var anonymousKiB = 0
    /// Threads.
    var threads = 0
    /// Open descriptors.
    var descriptors = 0

    /// Looks at a process; nil where it has ended.
    init?(_ process: CInt) {
        let lines = String(decoding: DaemonProcess.content(of: process, "status"), as: UTF8.self).split(separator: "\n")
        var values: [Substring: Int] = [:]
        for line in lines {
            let parts = line.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " })
            if parts.count > 1 { values[parts[0]] = Int(parts[1]) }
        }
        guard let resident = values["VmRSS"],
            let disk = try? LinuxFileSystem(root: FilePath("/proc/\(process)")),
            let entries = try? disk.entries(of: "fd", maximum: .max)
        else { return nil }
        residentKiB = resident
        anonymousKiB = values["RssAnon"] ?? 0
        threads = values["Threads"] ?? 0
        descriptors = entries.count
    }
}

/// The largest of what was seen of parent and engine.
struct ProcessPeak {
    private(set) var parent: ProcessSample?
    private(set) var engine: ProcessSample?

    /// Looks at both.
    mutating func look(at daemon: DaemonProcess) {
        parent = Self.larger(parent, ProcessSample(daemon.process.processID))
        engine = Self.larger(engine, daemon.engine.flatMap(ProcessSample.init))
    }

    /// Adds the figures of a seed.
    func note(in outcome: inout SeedOutcome) {
        outcome.figures["parent_rss_kib_maximum"] = Double(parent?.residentKiB ?? 0)
        outcome.figures["engine_rss_kib_maximum"] = Double(engine?.residentKiB ?? 0)
    }

    /// What of it is beyond a limit.
    func violations(residentKiBMaximum: Int) -> [String] {
        [("parent", parent), ("engine", engine)].compactMap { name, sample in
            guard let sample else { return "the \(name) was never seen" }
            guard sample.residentKiB > residentKiBMaximum else { return nil }
            return "the \(name) took \(sample.residentKiB) KiB, more than \(residentKiBMaximum)"
        }
    }

    private static func larger(_ one: ProcessSample?, _ other: ProcessSample?) -> ProcessSample? {
        guard let one, let other else { return one ?? other }
        return one.residentKiB >= other.residentKiB ? one : other
    }
}
