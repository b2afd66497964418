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
        let computed = try answers(indices, of: input, settings, model)
        if computed.count < indices.count {
            comparison.differences.append(
                "the results have \(done.metrics.records.answered) answers, and the input fewer records without an error"
            )
        }
        let format = settings.output.format
        let results = try results(computed.map { format.keepsPlaces ? $0.place : $0.index }, format)
        comparison.publishedHeader = results.header
        comparison.computedHeader = try ResultWriter(configuration: settings, model: model).header
        for (answer, published) in zip(computed, results.lines) {
            comparison.add(line: answer.line, published: published, computed: answer.bytes)
        }
    }

    /// One record that was answered again.
    private struct Answer {
        /// Its line in the input.
        var line: Int
        /// How many answered records come before it.
        var index: Int
        /// How many records come before it.
        var place: Int
        var bytes: [UInt8]
    }

    private func answers(
        _ indices: [Int],
        of input: CheckedInput,
        _ settings: QueueConfiguration,
        _ model: any BatchModel
    ) throws -> [Answer] {
        let origin = ResultOrigin(source: done.source, inputSHA256: done.metrics.input.sha256)
        let budget = RecordPipe.budgetTokens(for: model)
        var worker = try PipeWorker(settings: settings, model: model, origin: origin, budgetTokens: budget)
        let failed = try failedLines()
        var answers: [Answer] = []
        var index = 0
        var nextFailed = 0
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
                guard answers.count < indices.count, indices[answers.count] == index else { continue }
                let bytes = try answer(line, in: block, &worker)
                answers.append(Answer(line: line.number, index: index, place: index + nextFailed, bytes: bytes))
            }
            return answers.count < indices.count
        }
        if let failure { throw VerificationGap("the answers: the kept input cannot be read: \(failure.message)") }
        return answers
    }

    private func answer(_ line: Line, in block: LineBlock, _ worker: inout PipeWorker) throws -> [UInt8] {
        let alone = block.keeping { $0.number == line.number }
        let numbers = line.number..<line.number + 1
        return try worker.answer(PipeInput.Block(ordinal: 0, lines: alone, numbers: numbers)).dropLast()
    }

    /// The results at these places, from 0, sorted; and the header that a CSV file has.
    private func results(
        _ places: [Int],
        _ format: ResultFormat
    ) throws -> (lines: [[UInt8]], header: [UInt8]) {
        var lines: [[UInt8]] = []
        var header: [UInt8]?
        var count = 0
        let name = PublishedName.results(in: format)
        let take = { (place: Int, bytes: ArraySlice<UInt8>) in
            count = place + 1
            // Lines of which nothing is said, and blank ones, are passed over by the reader.
            while format.keepsPlaces, lines.count < places.count, places[lines.count] < place { lines.append([]) }
            if lines.count < places.count, places[lines.count] == place { lines.append(Array(bytes)) }
        }
        if format == .csv {
            var splitter = CSVRecordSplitter()
            try readBytes(name) { chunk in
                splitter.feed(chunk) { record in
                    if header == nil { header = record } else { take(count, record[...]) }
                }
            }
        } else {
            try read(name) { line, bytes in take(format.keepsPlaces ? line.number - 1 : count, bytes) }
        }
        while format.keepsPlaces, lines.count < places.count { lines.append([]) }
        guard lines.count == places.count else {
            throw VerificationGap(
                "the answers: '\(name)' has \(count) lines, the metrics say \(done.metrics.records.answered)"
            )
        }
        return (lines, header ?? [])
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
        try withStream(of: name) { stream in
            let reader = LineReader(stream, limits: .trusting)
            while let block = try reader.nextBlock(maximumRecords: 4096, maximumBytes: 16 << 20) {
                for line in block.lines { try body(line, block.bytes(of: line)) }
            }
        }
    }

    private func readBytes(_ name: String, _ body: (ArraySlice<UInt8>) -> Void) throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        try withStream(of: name) { stream in
            while true {
                let count = try chunk.withUnsafeMutableBytes { try stream.read(into: $0) }
                if count == 0 { return }
                body(chunk[..<count])
            }
        }
    }

    private func withStream(of name: String, _ body: (DecodedStream) throws -> Void) throws {
        let path = directory.appending(name)
        guard try root.disk.status(of: path) != nil else {
            throw VerificationGap("the answers: '\(name)' is missing")
        }
        let file = try root.disk.open(path, .read)
        defer { try? file.close() }
        do {
            try body(DecodedStream(.zstd, limits: .trusting) { try file.read(into: $0) })
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
