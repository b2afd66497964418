import BatchCore
import FoundationEssentials
import JSONLines
import Spool
import SystemPackage

/// The lines of a published job beside those of its input, both read once from front to back.
struct PublishedLines {
    private let root: SpoolRoot
    private let directory: FilePath
    private let done: DoneRecord

    init(root: SpoolRoot, directory: FilePath, done: DoneRecord) throws {
        self.root = root
        self.directory = directory
        self.done = done
    }

    /// What is read of an error line.
    private struct Failed: Decodable {
        struct Place: Decodable {
            var line: Int
        }

        var error: Place

        private enum CodingKeys: String, CodingKey {
            case error = "_error"
        }
    }

    /// Answers some records again and compares.
    ///
    /// - Parameters:
    ///   - indices: Which of the answered records, from 0, sorted.
    ///   - input: The kept input.
    ///   - settings: The queue's configuration.
    ///   - model: The model that answered.
    ///   - comparison: Gets both lines of each.
    /// - Throws: `VerificationGap` where the lines cannot be had, and what the model throws.
    func compare(
        _ indices: [Int],
        of input: CheckedInput,
        _ settings: QueueConfiguration,
        _ model: any BatchModel,
        _ comparison: inout AnswerComparison
    ) throws {
        let published = try results(indices)
        let budget = RecordPipe.budgetTokens(for: model)
        var worker = try PipeWorker(settings: settings, model: model, budgetTokens: budget)
        let failed = try failedLines()
        var index = 0
        var nextFailed = 0
        var next = 0
        // The limits of today may be narrower than those that the job was accepted with.
        var permissive = settings
        permissive.limits = QueueConfiguration.Limits.replaying(settings.limits)
        let (_, failure) = try input.read(permissive, shardRecords: settings.shardRecords(for: model)) { block in
            for line in block.lines {
                if nextFailed < failed.count, failed[nextFailed] == line.number {
                    nextFailed += 1
                    continue
                }
                defer { index += 1 }
                guard next < indices.count, indices[next] == index else { continue }
                let computed = try answer(line, in: block, &worker)
                comparison.add(line: line.number, published: published[next], computed: computed)
                next += 1
            }
            return next < indices.count
        }
        if let failure { throw VerificationGap("the answers: the kept input cannot be read: \(failure.message)") }
        if next < indices.count {
            comparison.differences.append(
                "the input has \(index) records without an error, the results \(indices.count) more"
            )
        }
    }

    private func answer(_ line: Line, in block: LineBlock, _ worker: inout PipeWorker) throws -> [UInt8] {
        let alone = block.keeping { $0.number == line.number }
        let numbers = line.number..<line.number + 1
        return try worker.answer(PipeInput.Block(ordinal: 0, lines: alone, numbers: numbers)).dropLast()
    }

    /// The result lines of these indices.
    private func results(_ indices: [Int]) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var index = 0
        try read(PublishedName.results) { line, bytes in
            if lines.count < indices.count, indices[lines.count] == index { lines.append(Array(bytes)) }
            index += 1
        }
        guard lines.count == indices.count else {
            throw VerificationGap(
                "the answers: the results have \(index) lines, the metrics say \(done.metrics.records.answered)"
            )
        }
        return lines
    }

    /// The numbers of the input's lines that are errors, in their order.
    private func failedLines() throws -> [Int] {
        guard try root.disk.status(of: directory.appending(PublishedName.errors)) != nil else { return [] }
        var numbers: [Int] = []
        try read(PublishedName.errors) { _, bytes in
            guard let failed = try? DocumentCoding.decode(Failed.self, from: Array(bytes)) else {
                throw VerificationGap(
                    "the answers: a line of '\(PublishedName.errors)' does not say which record it is"
                )
            }
            numbers.append(failed.error.line)
        }
        return numbers
    }

    private func read(_ name: String, _ body: (Line, ArraySlice<UInt8>) throws -> Void) throws {
        let file = try root.disk.open(directory.appending(name), .read)
        defer { try? file.close() }
        let limits = InputLimits.trusting
        let stream = try DecodedStream(.zstd, limits: limits) { try file.read(into: $0) }
        let reader = LineReader(stream, limits: limits)
        do {
            while let block = try reader.nextBlock(maximumRecords: 4096, maximumBytes: 16 << 20) {
                for line in block.lines { try body(line, block.bytes(of: line)) }
            }
        } catch let error as JSONLinesError {
            throw VerificationGap("the answers: '\(name)' cannot be read: \(error.message)")
        }
    }
}

extension InputLimits {
    /// The limits on what batchd itself has written.
    static var trusting: InputLimits {
        var limits = InputLimits()
        limits.compressedBytesMaximum = .max
        limits.decodedBytesMaximum = .max
        limits.ratioMaximum = .max
        limits.framesMaximum = .max
        limits.lineBytesMaximum = 1 << 30
        return limits
    }
}

extension QueueConfiguration.Limits {
    /// The limits on an input that was accepted once: those of lines decide what is an error, and stay.
    static func replaying(_ limits: QueueConfiguration.Limits) -> QueueConfiguration.Limits {
        var replayed = limits
        replayed.compressedBytes = .max
        replayed.decodedBytes = .max
        replayed.ratio = .max
        replayed.frames = .max
        replayed.records = .max
        return replayed
    }
}
