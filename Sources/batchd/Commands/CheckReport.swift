import BatchCore
import Spool

/// What a check found, as a person or a program reads it.
struct CheckReport: Encodable {
    /// What would come of the file.
    enum Verdict: String, Encodable {
        /// Every record would be answered.
        case clean
        /// Results would be published, and an errors file.
        case errors
        /// The job would be published with `_FAILED`.
        case failed
        /// The file would be quarantined, and `_FAILED` would say why.
        case quarantined
    }

    /// Lines that have no result for one reason.
    struct BadLines: Encodable {
        var code: String
        var count: Int
        /// The numbers of the first of them.
        var lines: [Int]
    }

    /// Records whose id an earlier record had.
    struct Duplicates: Encodable {
        var count: Int
        /// False where there may be more.
        var exact: Bool
        /// Whether there were more ids than the table holds.
        var tableOverflowed: Bool
        var examples: [DuplicateIDs.Example]

        private enum CodingKeys: String, CodingKey {
            case count
            case exact
            case tableOverflowed = "table_overflowed"
            case examples
        }
    }

    var file: String
    var queue: String
    var verdict: Verdict
    var reason: JobFailure?
    var bytes: Int
    var decodedBytes: Int
    var frames: Int
    var checksummed: Bool
    var byteOrderMark: Bool
    var blankLines: Int
    var records: Int
    var bad: Int
    var badLines: [BadLines]
    var duplicateIDs: Duplicates
    var textCharacters: [LengthHistogram.Bin]
    var textBytes: [LengthHistogram.Bin]
    var model: String
    var threads: Int
    var sampleRecords: Int
    var estimatedSeconds: Double?

    private enum CodingKeys: String, CodingKey {
        case file
        case queue
        case verdict
        case reason
        case bytes
        case decodedBytes = "decoded_bytes"
        case frames
        case checksummed
        case byteOrderMark = "byte_order_mark"
        case blankLines = "blank_lines"
        case records
        case bad
        case badLines = "bad_lines"
        case duplicateIDs = "duplicate_ids"
        case textCharacters = "text_characters"
        case textBytes = "text_bytes"
        case model
        case threads
        case sampleRecords = "sample_records"
        case estimatedSeconds = "estimated_seconds"
    }

    init(_ check: InputCheck, queue: String, threads: Int) {
        file = check.input.name
        self.queue = queue
        (verdict, reason) = Self.verdict(on: check)
        bytes = check.facts.bytes
        decodedBytes = check.facts.decodedBytes
        frames = check.facts.frames
        checksummed = check.facts.checksummed && !check.input.parts.isEmpty
        byteOrderMark = check.facts.byteOrderMark
        blankLines = check.facts.blankLines
        records = check.records
        bad = check.bad
        badLines = check.badLines.map { BadLines(code: $0.key, count: $0.value.count, lines: $0.value.lines) }
            .sorted { ($1.count, $0.code) < ($0.count, $1.code) }
        duplicateIDs = Duplicates(
            count: check.duplicates.count,
            exact: check.duplicates.isExact,
            tableOverflowed: check.duplicates.tableOverflowed,
            examples: check.duplicates.examples
        )
        textCharacters = check.characters.bins
        textBytes = check.bytes.bins
        model = check.model.identity.reference
        self.threads = threads
        sampleRecords = check.sample.records
        if check.sample.records > 0 {
            let answers = check.sample.answerSeconds / Double(check.sample.records) * Double(records - bad)
            let seconds = check.readSeconds + (check.scanSeconds + answers) / Double(threads)
            estimatedSeconds = (seconds * 1000).rounded() / 1000
        }
    }

    private static func verdict(on check: InputCheck) -> (Verdict, JobFailure?) {
        if let failure = check.failure { return (.quarantined, failure) }
        if check.records > 0 && check.bad == check.records {
            let message = "None of the \(check.records) records has a text to answer."
            return (.failed, JobFailure(code: "every_record_failed", message: message))
        }
        if let threshold = check.settings.errorThreshold, check.bad > threshold {
            let message = "\(check.bad) records have errors, error_threshold is \(threshold)."
            return (.failed, JobFailure(code: "too_many_errors", message: message))
        }
        return (check.bad > 0 ? .errors : .clean, nil)
    }
}

extension CheckReport {
    /// The report for a person.
    var text: String {
        var lines = ["\(file) for queue '\(queue)': \(verdictWords)"]
        if let reason { lines.append("  \(reason.code): \(reason.message)") }
        lines += ["", "records   \(records), of which \(records - bad) good and \(bad) bad; \(blankLines) blank lines"]
        lines.append("bytes     \(bytes)" + (frames > 0 ? ", \(decodedBytes) decoded" : ""))
        if frames > 0 {
            lines.append(
                "zstd      \(frames) frames, " + (checksummed ? "all with a checksum" : "not all with a checksum")
            )
        }
        if byteOrderMark { lines.append("note      the file begins with a byte order mark, which is passed over") }
        lines.append("ids       \(duplicateWords)")
        lines += duplicateIDs.examples.map { "          \($0.id) in line \($0.line), first in line \($0.firstLine)" }
        if let estimatedSeconds {
            let time = estimatedSeconds < 1 ? "less than a second" : "about \(clock(estimatedSeconds))"
            lines.append(
                "time      \(time) with \(model) on \(threads) threads, from \(sampleRecords) records answered"
            )
        }
        if !badLines.isEmpty {
            let rows = badLines.map {
                ["\($0.code)", "\($0.count)", $0.lines.map(String.init).joined(separator: ", ")]
            }
            lines += ["", TextTable.text([["bad lines", "count", "first in lines"]] + rows)]
        }
        for (unit, bins) in [("characters", textCharacters), ("bytes", textBytes)] where !bins.isEmpty {
            lines += [
                "",
                TextTable.text(
                    [["text, \(unit)", "records"]]
                        + bins.map { ["\($0.from)\(Glyphs.standard.dash)\($0.to)", "\($0.count)"] }
                ),
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdictWords: String {
        switch verdict {
        case .clean: "clean, every record would be answered"
        case .errors: "would be published, with an errors file"
        case .failed: "would be published as failed"
        case .quarantined: "would be quarantined"
        }
    }

    private var duplicateWords: String {
        let atLeast = duplicateIDs.exact ? "" : "at least "
        let overflow = duplicateIDs.tableOverflowed ? " (more ids than the 128 MiB table holds)" : ""
        return duplicateIDs.count == 0 && duplicateIDs.exact
            ? "no id occurs twice" : "\(atLeast)\(duplicateIDs.count) records repeat an id\(overflow)"
    }

    private func clock(_ seconds: Double) -> String {
        EngineProgressLine.time(seconds: Int(seconds.rounded(.up)))
    }
}
