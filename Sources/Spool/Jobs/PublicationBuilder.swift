import BatchCore
import JSONLines
import SystemPackage

/// Assembles a job's results in `staging/`, from its shard files or from its failure.
///
/// Nothing here is visible to analysts; `JobCompletion` makes it so with one rename.
struct PublicationBuilder {
    let disk: any FileSystem
    let layout: QueueLayout
    let provenance: Provenance
    let time: any TimeSource
    /// Makes the page that people open; nil where it cannot, which stops nothing.
    var makeReport: (ReportedJob) -> [UInt8]? = { _ in nil }
    /// The jobs that finished before.
    var history = QueueHistory()
    /// The dialect of the results.
    var format = ResultFormat.native
    /// What stands before the results of all shards, decoded; mostly nothing.
    var header: [UInt8] = []
    /// What the queue's monitors are and what they go by; nil where nothing is watched.
    var judge: NightJudge?

    /// A shard file that does not hold what it should; it has been removed, and the shard must be computed again.
    struct InvalidShard: Error {
        var index: Int
    }

    /// Builds the publication and seals the intent; from then on only these bytes can appear.
    ///
    /// - Throws: `FileSystemError`, `InvalidShard`.
    func build(_ job: JobRecord, threshold errorThreshold: Int?, attempts: Int) throws {
        let directory = layout.publication(job.key)
        try disk.removeTree(directory)
        try disk.makeDirectory(directory)
        var files: [PublishedFile] = []
        var tally = JobTally()
        if job.failure == nil {
            files += try concatenateShards(of: job, in: directory, tally: &tally)
        }
        let failure = job.failure ?? tally.failure(errorThreshold: errorThreshold)
        var metrics = try makeMetrics(of: job, tally: tally, failure: failure, attempts: attempts)
        judge?.judge(&metrics)
        if let alerts = metrics.alerts {
            let lines = try alerts.flatMap { try DocumentCoding.encode($0) }
            files.append(try write(lines, as: PublishedName.alerts, in: directory))
        }
        let metricsBytes = try DocumentCoding.encode(metrics, indented: true)
        files.append(try write(metricsBytes, as: PublishedName.metrics, in: directory))
        var reported = ReportedJob(
            metrics: metrics,
            source: job.source,
            parent: job.parent,
            failureSamples: tally.failureSamples,
            history: history
        )
        reported.monitors = judge?.monitors ?? []
        if let page = makeReport(reported) {
            files.append(try write(page, as: PublishedName.report, in: directory))
        }
        let manifest = Manifest(
            job: JobName(queue: job.queue, key: job.key),
            parent: job.parent,
            outcome: metrics.outcome,
            source: job.source,
            input: job.input,
            model: job.model,
            format: job.failure == nil ? format : nil,
            records: metrics.records,
            files: files
        )
        let manifestBytes = try DocumentCoding.encode(manifest, indented: true)
        _ = try write(manifestBytes, as: PublishedName.manifest, in: directory)
        try writeMarker(failure, in: directory)
        try disk.syncDirectory(directory)
        // The staged directory's own name must be durable before the intent says that it was there.
        try disk.syncDirectory(layout.staging)
        let intent = Intent(
            manifestSHA256: ContentHash.hexadecimal(of: manifestBytes),
            keptAs: try freeKeptName(for: job),
            metrics: metrics
        )
        try disk.writeDurably(DocumentCoding.seal(intent), to: layout.job(job.key).intent)
    }

    /// The name that the input is kept under, decided before the intent is sealed: a former job's input, or what a
    /// person put there, may have the first choice.
    private func freeKeptName(for job: JobRecord) throws -> String {
        let directory = job.failure == nil ? layout.archive : layout.quarantine
        let ending = SourceEnding.of(job.source)
        var name = job.key + ending
        var number = 2
        while try disk.status(of: directory.appending(name)) != nil {
            name = "\(job.key).kept\(number)\(ending)"
            number += 1
        }
        return name
    }

    private func writeMarker(_ failure: JobFailure?, in directory: FilePath) throws {
        if let failure {
            let words = "\(failure.code): \(failure.message)\n"
            _ = try write(Array(words.utf8), as: PublishedName.failed, in: directory)
        } else {
            _ = try write([], as: PublishedName.success, in: directory)
        }
    }

    private func write(_ bytes: [UInt8], as name: String, in directory: FilePath) throws -> PublishedFile {
        try disk.writeSynced(bytes, to: directory.appending(name))
        return PublishedFile(name: name, bytes: bytes.count, sha256: ContentHash.hexadecimal(of: bytes))
    }

    private func concatenateShards(
        of job: JobRecord,
        in directory: FilePath,
        tally: inout JobTally
    ) throws -> [PublishedFile] {
        let results = try PublishedFileWriter(name: PublishedName.results(in: format), in: directory, on: disk)
        defer { results.abandonIfOpen() }
        if !header.isEmpty { try results.write(Self.frame(of: header)[...]) }
        var errors: PublishedFileWriter?
        defer { errors?.abandonIfOpen() }
        for (index, range) in job.shards.enumerated() {
            let shard = try loadShard(index, range: range, of: job)
            try results.write(shard.results)
            if shard.summary.errors > 0 {
                if errors == nil {
                    errors = try PublishedFileWriter(name: PublishedName.errors, in: directory, on: disk)
                }
                try errors?.write(shard.errors)
            }
            tally.add(shard.summary)
        }
        // An empty frame, so that every zstd reader finds a valid file with no lines.
        if results.isEmpty { try results.write(Self.frame(of: [])[...]) }
        var files = [try results.finish()]
        if let errors {
            // The errors file names its job, so that a replay knows its parent.
            var note: [UInt8] = []
            try ReplayNote.append(JobName(queue: job.queue, key: job.key), to: &note)
            try errors.write(note[...])
            files.append(try errors.finish())
        }
        return files
    }

    private static func frame(of content: [UInt8]) throws -> [UInt8] {
        var frame: [UInt8] = []
        try ZstdEncoder(level: OutputLimits.compressionLevel).appendFrame(of: content.span.bytes, to: &frame)
        return frame
    }

    private func loadShard(_ index: Int, range: ShardRange, of job: JobRecord) throws -> ShardFile {
        let path = layout.job(job.key).shard(index)
        let bytes = try disk.readFile(path, bytesMaximum: ShardFile.bytesMaximum)
        if let model = job.model,
            let shard = ShardFile(bytes: bytes, index: index, records: range.records, model: model)
        {
            return shard
        }
        try disk.removeFile(path)
        throw InvalidShard(index: index)
    }

    private func makeMetrics(
        of job: JobRecord,
        tally: JobTally,
        failure: JobFailure?,
        attempts: Int
    ) throws -> JobMetrics {
        let now = time.wallSeconds
        let wall = max(now - job.acceptedWallSeconds, 0)
        return JobMetrics(
            job: JobName(queue: job.queue, key: job.key),
            outcome: failure == nil ? .success : .failed,
            failure: failure,
            records: tally.records,
            errors: tally.errorCodes,
            labels: tally.labels,
            confidenceHistogram: tally.confidence,
            lengths: tally.records.read > 0 ? tally.lengths : nil,
            slices: tally.slices,
            tokens: tally.tokens,
            paddingTokens: 0,
            batches: tally.batches,
            batchBudgetTokens: tally.batchBudgetTokens,
            seconds: tally.seconds(wall: wall),
            recordsPerSecond: Rounding.micro(Double(tally.records.read) / max(wall, 1e-3)),
            throughput: tally.throughput(start: job.acceptedWallSeconds, seconds: wall),
            tokensPerSecond: Rounding.micro(Double(tally.tokens) / max(wall, 1e-3)),
            peakRSSBytes: provenance.peakRSSBytes(),
            model: job.model,
            isa: provenance.isa,
            build: provenance.build,
            input: job.input,
            attempts: attempts,
            parent: job.parent,
            acceptedAt: Timestamp.iso8601(job.acceptedWallSeconds),
            finishedAt: Timestamp.iso8601(now)
        )
    }
}

/// The sealed content of `jobs/KEY/intent`: enough to finish a publication whose files were collected meanwhile.
struct Intent: Codable, Equatable {
    /// The SHA-256 of the only manifest that may appear.
    var manifestSHA256: String
    /// The name under which the input is kept in `archive/` or `quarantine/`.
    var keptAs: String
    /// The metrics, which `done/KEY` keeps.
    var metrics: JobMetrics

    private enum CodingKeys: String, CodingKey {
        case manifestSHA256 = "manifest_sha256"
        case keptAs = "kept_as"
        case metrics
    }
}

/// What is the same for every job of a run.
public struct Provenance: Sendable {
    /// The instruction set of the kernels, `avx512vnni`.
    public var isa: String
    /// The build, `batchd 0.1.0`.
    public var build: String
    /// The largest resident size of this process so far, in bytes.
    public var peakRSSBytes: @Sendable () -> Int
    /// The SHA-256 of the program, which is asked for only where answers are kept; nil where it is not known.
    public var program: @Sendable () -> String?

    /// Creates a provenance.
    public init(
        isa: String,
        build: String,
        peakRSSBytes: @escaping @Sendable () -> Int,
        program: @escaping @Sendable () -> String?
    ) {
        self.isa = isa
        self.build = build
        self.peakRSSBytes = peakRSSBytes
        self.program = program
    }
}
