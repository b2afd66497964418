import BatchCore
import SystemPackage

/// Takes a job whose intent is sealed through commit, done, archive and removal; every step may have been done before.
struct JobCompletion {
    let disk: any FileSystem
    let layout: QueueLayout

    /// How it ended.
    enum End: Equatable {
        /// Published, recorded and archived.
        case done(JobMetrics, keptAs: String)
        /// Something else lies where the results belong; the job waits for an operator.
        case held(JobFailure)
    }

    /// Whether a job's end has been decided, so that it must be completed and never computed again.
    func isBegun(_ key: String) throws -> Bool {
        if try disk.status(of: layout.done(key)) != nil { return true }
        return try disk.status(of: layout.job(key).intent) != nil
    }

    /// Finishes the job from wherever it stands.
    ///
    /// - Throws: `FileSystemError`; the same call then goes on from there.
    func complete(_ job: JobRecord) throws -> End {
        let done = try doneRecord(of: job)
        if try disk.status(of: layout.done(job.key)) == nil {
            if let reason = try commit(job, manifestSHA256: done.manifestSHA256) {
                try JobHold(disk: disk, layout: layout).hold(job, because: reason)
                return .held(reason)
            }
            try disk.writeDurably(DocumentCoding.seal(done), to: layout.done(job.key), via: layout.staging)
        }
        try storeSource(of: job, as: done.keptAs, failedFile: job.failure != nil)
        try discard(job.key)
        return .done(done.metrics, keptAs: done.keptAs)
    }

    private func doneRecord(of job: JobRecord) throws -> DoneRecord {
        // The intent goes with the job's directory, before the last step.
        if try disk.status(of: layout.done(job.key)) != nil {
            return try JobFiles(disk: disk, layout: layout).done(job.key, withGroups: true)
        }
        let path = layout.job(job.key).intent
        let bytes = try disk.readFile(path, bytesMaximum: DocumentLimits.documentBytesMaximum)
        guard let intent = try DocumentCoding.unseal(Intent.self, from: bytes) else {
            throw FileSystemError(operation: FileSystemError.unseal, path: path, errno: .ioError)
        }
        return DoneRecord(
            job: JobName(queue: job.queue, key: job.key),
            source: job.source,
            keptAs: intent.keptAs,
            outcome: intent.metrics.outcome,
            manifestSHA256: intent.manifestSHA256,
            metrics: intent.metrics
        )
    }

    /// Makes the publication visible.
    ///
    /// - Returns: Why it cannot be, where something else is in its place.
    private func commit(_ job: JobRecord, manifestSHA256: String) throws -> JobFailure? {
        let staged = layout.publication(job.key)
        let published = layout.published(job.key)
        if try disk.status(of: staged) != nil {
            do throws(FileSystemError) {
                try rename(staged, to: published)
            } catch {
                guard error.errno == .fileExists else { throw error }
                guard try isPublication(published, manifestSHA256: manifestSHA256) else {
                    return JobFailure(
                        code: "outbox_taken",
                        message: "'\(published)' exists and is not this job's; move it away first"
                    )
                }
                try disk.removeTree(staged)
            }
        }
        // Without a staged directory it was published earlier, and perhaps collected since: never built again.
        try disk.syncDirectory(layout.outbox)
        try disk.syncDirectory(layout.staging)
        return nil
    }

    private func rename(_ staged: FilePath, to published: FilePath) throws(FileSystemError) {
        do throws(FileSystemError) {
            try disk.rename(staged, to: published, replacing: false)
        } catch {
            // Whoever collects results may remove the whole directory of the queue with them.
            guard error.errno == .noSuchFileOrDirectory, try disk.status(of: layout.outbox) == nil else { throw error }
            try layout.makeDirectories(on: disk)
            try disk.rename(staged, to: published, replacing: false)
        }
    }

    /// Whether what lies in the outbox is what was to be published; anything may have been put there.
    private func isPublication(_ directory: FilePath, manifestSHA256: String) throws -> Bool {
        let path = directory.appending(PublishedName.manifest)
        do throws(FileSystemError) {
            let bytes = try disk.readFile(path, bytesMaximum: DocumentLimits.documentBytesMaximum)
            return ContentHash.hexadecimal(of: bytes) == manifestSHA256
        } catch {
            guard error.isReplacement || error.isRefusal || error.errno == .fileTooLarge else { throw error }
            return false
        }
    }

    /// Moves the input out of `claimed/`, where that has not been done yet.
    private func storeSource(of job: JobRecord, as name: String, failedFile: Bool) throws {
        try ClaimedSidecars.remove(for: job.source, in: layout, on: disk)
        let target = (failedFile ? layout.quarantine : layout.archive).appending(name)
        let heldInput = JobHold.input(of: job, in: layout)
        if try disk.status(of: heldInput) != nil {
            // A kill in the middle of a hold left the input there and the job running.
            try disk.moveDurably(heldInput, to: target)
        } else if try disk.status(of: layout.claimed.appending(job.source)) != nil {
            try disk.putAway(layout.claimed.appending(job.source), to: target)
        } else {
            try disk.syncDirectory(target.removingLastComponent())
            try disk.syncDirectory(layout.claimed)
        }
    }

    /// Removes a job's directory; where it was published before that, for good, and otherwise so that its claimed
    /// file is read again.
    func discard(_ key: String) throws {
        let garbage = layout.garbage(key)
        // Until both directories are durable a power loss may undo the rename, and must then find the job whole.
        if try disk.status(of: layout.job(key).directory) != nil {
            try disk.removeTree(garbage)
            try disk.moveDurably(layout.job(key).directory, to: garbage)
        }
        try disk.removeTree(garbage)
    }
}

/// Moves jobs that batchd cannot go on with to `hold/`.
struct JobHold {
    let disk: any FileSystem
    let layout: QueueLayout

    /// Where the input of a held job lies.
    static func input(of job: JobRecord, in layout: QueueLayout) -> FilePath {
        layout.hold.appending(job.key + ".input" + SourceEnding.of(job.source))
    }

    /// Sets a job aside, with its input, its checkpoint and the reason; every step may have been done before.
    ///
    /// The input goes first: a kill in between leaves a job that runs on from its own copy, and never a claimed file
    /// whose job is unknown.
    ///
    /// - Throws: `FileSystemError`.
    func hold(_ job: JobRecord, because reason: JobFailure) throws {
        // While the job is in `jobs/`, so that it is never held without.
        try HoldReason(reason).write(to: layout.job(job.key), on: disk)
        try revokeIntent(of: job.key)
        try ClaimedSidecars.remove(for: job.source, in: layout, on: disk)
        let claimed = layout.claimed.appending(job.source)
        // The input of a job that was released lies in `hold/` still; in `claimed/` there may be another of its name.
        let input = Self.input(of: job, in: layout)
        if try disk.status(of: input) == nil, try disk.status(of: claimed) != nil {
            try disk.putAway(claimed, to: input)
        }
        let running = layout.job(job.key).directory
        if try disk.status(of: running) != nil {
            try disk.moveDurably(running, to: layout.held(job.key).directory)
        }
    }
}

extension JobHold {
    /// Lets go of a publication that cannot be committed. An intent without its staged directory would mean that it
    /// was published, so the intent goes first.
    private func revokeIntent(of key: String) throws {
        let paths = layout.job(key)
        guard try disk.status(of: paths.intent) != nil else { return }
        try disk.removeFile(paths.intent)
        try disk.syncDirectory(paths.directory)
        try disk.removeTree(layout.publication(key))
    }
}

/// Limits on the documents that batchd reads back.
enum DocumentLimits {
    /// The largest job.json, manifest, intent or done record, in bytes.
    static let documentBytesMaximum = 64 << 20
}

/// The ending of a dropped name, which its copies keep.
enum SourceEnding {
    static func of(_ source: String) -> String {
        if case .job(let name) = IncomingName(bytes: Array(source.utf8), isDirectory: false) { name.ending } else { "" }
    }
}
