import BatchTesting
import Spool
import SystemPackage

/// An analyst who sees every publication at the moment it becomes visible, checks it, and outlives every crash.
struct OutboxWatch {
    /// A publication as it was first seen.
    struct Publication {
        var files: [String: [UInt8]]
        var manifest: Manifest
        /// Whether somebody took it away for good.
        var isCollected = false
    }

    private(set) var published: [JobName: Publication] = [:]
    private(set) var violations: [String] = []

    /// Looks at one job's directory.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - disk: The disk, read behind the process's back.
    mutating func look(at job: JobName, on disk: SimulatedDisk) {
        let directory = QueueLayout(queue: job.queue).published(job.key)
        var files: [String: [UInt8]] = [:]
        for name in disk.listing(of: directory) { files[name] = disk.content(of: directory.appending(name)) ?? [] }
        if let known = published[job] {
            if known.files != files { violations.append("I3 \(job) is not what was published before") }
            if known.isCollected { violations.append("I4 \(job) was published again after it had been collected") }
            return
        }
        let seen = PublishedJob(job, files: files)
        let manifest = seen.manifest
        violations += seen.violations(of: manifest)
        guard let manifest else { return }
        published[job] = Publication(files: files, manifest: manifest)
    }

    /// Notes that a publication was taken away so that no power loss can bring it back.
    mutating func collected(_ job: JobName) {
        published[job]?.isCollected = true
    }
}
