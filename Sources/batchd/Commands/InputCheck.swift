import BatchCore
import JSONLines
import Spool

/// Reads an input twice at most and gathers what is to be said about it.
struct InputCheck {
    /// Line numbers that are shown of each code.
    static let linesShownMaximum = 5

    let input: CheckedInput
    let settings: QueueConfiguration
    let model: any BatchModel
    private(set) var facts = CheckedInput.Facts()
    private(set) var failure: JobFailure?
    private(set) var records = 0
    private(set) var badLines: [String: BadLines] = [:]
    private(set) var characters = LengthHistogram()
    private(set) var bytes = LengthHistogram()
    private(set) var duplicates = DuplicateIDs()
    private(set) var sample = ModelSample()
    private(set) var scanSeconds = 0.0
    private(set) var totalSeconds = 0.0
    private let time = SystemTimeSource()

    /// The lines that have no result for one reason.
    struct BadLines {
        var count = 0
        var lines: [Int] = []
    }

    init(input: CheckedInput, settings: QueueConfiguration, model: any BatchModel) {
        self.input = input
        self.settings = settings
        self.model = model
    }

    private var shardRecords: Int { settings.shardRecords(for: model) }

    var bad: Int { badLines.values.reduce(0) { $0 + $1.count } }

    /// Seconds of decompressing and cutting lines, which the engine does on one thread.
    var readSeconds: Double { max(totalSeconds - scanSeconds - sample.seconds, 0) }

    /// Reads everything.
    ///
    /// - Parameter progress: Is told the number of records after every block.
    /// - Throws: `FileSystemError`, and whatever the model throws.
    mutating func run(_ progress: (Int) -> Void) throws {
        if let problem = input.problem {
            failure = problem
            return
        }
        let start = time.monotonicSeconds
        var extractor = RecordExtractor(configuration: settings)
        let (facts, failure) = try input.read(settings, shardRecords: shardRecords) { block in
            try add(block, &extractor)
            progress(records)
            return records <= settings.limits.records
        }
        totalSeconds = time.monotonicSeconds - start
        self.facts = facts
        self.failure = failure ?? tooManyRecords ?? checksumMissing
        try confirmDuplicates(&extractor)
    }

    private mutating func add(_ lines: LineBlock, _ extractor: inout RecordExtractor) throws {
        let start = time.monotonicSeconds
        let block = extractor.extract(lines, ordinals: 0..<lines.lines.count)
        records += lines.lines.count
        for failure in block.failures {
            badLines[failure.code.rawValue, default: BadLines()].count += 1
            if badLines[failure.code.rawValue, default: BadLines()].lines.count < Self.linesShownMaximum {
                badLines[failure.code.rawValue]?.lines.append(failure.line)
            }
        }
        for index in block.records.indices {
            let text = block.texts[block.textRange(of: index)]
            bytes.add(text.count)
            // Every code point has exactly one byte that continues none.
            characters.add(text.count { $0 & 0xC0 != 0x80 })
            if let id = block.records[index].id { duplicates.add(RecordID.bytes(of: block.bytes[id])) }
        }
        scanSeconds += time.monotonicSeconds - start
        try sample.add(block, model: model, settings: settings, time: time)
    }

    private mutating func confirmDuplicates(_ extractor: inout RecordExtractor) throws {
        guard duplicates.hasCandidates else { return }
        var seen = 0
        _ = try input.read(settings, shardRecords: shardRecords) { lines in
            let block = extractor.extract(lines, ordinals: 0..<lines.lines.count)
            for record in block.records {
                guard let id = record.id else { continue }
                duplicates.confirm(RecordID.bytes(of: block.bytes[id]), line: record.line)
            }
            seen += lines.lines.count
            return seen < records
        }
    }

    private var tooManyRecords: JobFailure? {
        guard records > settings.limits.records else { return nil }
        return JobFailure(
            code: "too_many_records",
            message: "'\(input.name)' holds more than \(settings.limits.records) records; "
                + "split it, or raise limits.records in queue.yaml."
        )
    }

    private var checksumMissing: JobFailure? {
        guard settings.integrity == .strict, !facts.checksummed else { return nil }
        return JobFailure(
            code: "checksum_missing",
            message: "integrity is strict and a frame has no checksum; compress with 'zstd --check'."
        )
    }
}

/// Ids as bytes that are equal where the ids are.
enum RecordID {
    /// Strings without their escapes, numbers as they are written; a leading quotation mark tells them apart.
    static func bytes(of json: ArraySlice<UInt8>) -> [UInt8] {
        guard json.first == UInt8(ascii: "\""), json.contains(UInt8(ascii: "\\")) else { return Array(json) }
        var bytes = [UInt8(ascii: "\"")]
        let contents = Array(json.dropFirst().dropLast())
        JSONText.appendUnescaped(contents.span.bytes, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        return bytes
    }
}
