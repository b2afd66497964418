import BatchTesting
import JSONLines
import Spool
import SystemPackage

/// Compares what was published with what was dropped: every record of every content answered exactly once, and rightly.
struct AnswerCheck {
    /// Drops of one content under one name, which together are one job unless a sender asks for more.
    private struct Origin: Hashable {
        var queue: String
        var scope: String
        var sha256: String

        init(queue: String, scope: String, sha256: String) {
            self.queue = queue
            self.scope = scope
            self.sha256 = sha256
        }

        init(_ drop: SimulatedDrop, _ queues: [SimulatedRun.Queue]) {
            queue = queues[drop.queue].layout.queue
            scope = drop.replays.map(Self.scope(ofReplayed:)) ?? drop.stem
            sha256 = drop.content.sha256(named: drop.name)
        }

        static func scope(ofReplayed key: String) -> String { "replay of \(key)" }
    }

    private struct Group {
        var content: DroppedContent
        /// Drops that are to be answered, once for all of them.
        var good = 0
        /// Drops that may fail as a whole.
        var bad = 0
        /// Drops that are to be answered though there was an answer.
        var again = 0
        /// Drops that may lie there though their sender was told that they do not.
        var unsure = 0
        var answered: [JobName] = []
        var failed: [JobName] = []
    }

    private let hasBlamed: Bool
    /// Whether a shard can have been charged an attempt: those that are computed together fail together.
    private let isTroubled: Bool
    private var groups: [Origin: Group] = [:]
    private var found: [String] = []

    /// Expects what was dropped to be answered.
    ///
    /// - Parameters:
    ///   - delivered: What was dropped.
    ///   - unsure: What may have been dropped once more.
    ///   - queues: The queues.
    ///   - hasBlamed: Whether shards were charged for the deaths of engines.
    init(delivered: [SimulatedDrop], unsure: [SimulatedDrop], queues: [SimulatedRun.Queue], hasBlamed: Bool) {
        self.hasBlamed = hasBlamed
        let records = delivered.flatMap(\.content.records)
        isTroubled = hasBlamed || records.contains { [.throwing, .flaky, .replayed].contains($0.kind) }
        for drop in delivered {
            let origin = Origin(drop, queues)
            var group = groups[origin] ?? Group(content: drop.content)
            if drop.mustFail {
                group.bad += 1
            } else if drop.statement == .again {
                group.again += 1
            } else {
                group.good += 1
            }
            groups[origin] = group
        }
        for drop in unsure { groups[Origin(drop, queues)]?.unsure += 1 }
    }

    /// Takes in a publication.
    mutating func note(_ job: JobName, _ publication: OutboxWatch.Publication) {
        let manifest = publication.manifest
        var scope = Self.stem(of: manifest.source)
        if let replayed = Self.replayed(by: job.key) { scope = Origin.scope(ofReplayed: replayed) }
        let origin = Origin(queue: job.queue, scope: scope, sha256: manifest.input.sha256)
        guard let content = groups[origin]?.content else {
            return found.append("I4 nobody dropped \(job.queue)/\(job.key)")
        }
        guard publication.files[PublishedName.results] != nil else {
            groups[origin]?.failed.append(job)
            return
        }
        groups[origin]?.answered.append(job)
        if content.damage != nil {
            found.append("I1 \(job.queue)/\(job.key) has results of a file that is damaged")
        } else {
            found += wrongAnswers(of: job, publication, to: content)
            let metrics = publication.files[PublishedName.metrics] ?? []
            if !isTroubled, Self.end(of: Self.noAttempts, in: metrics[...]) == nil {
                found.append("I1 \(job.queue)/\(job.key) was charged attempts though none of its records is to blame")
            }
        }
    }

    /// What is wrong, now that all publications are known.
    func violations() -> [String] {
        var found = found
        for (origin, group) in groups {
            let name = "\(origin.queue)/\(origin.scope) (\(origin.sha256.prefix(12)))"
            let wanted = (group.good > 0 ? 1 : 0) + group.again
            if group.answered.count != wanted {
                let words = "\(group.answered.map(\.key).sorted()), \(wanted) wanted"
                found.append("\(group.answered.count > wanted ? "I4" : "I1") \(name) was answered by \(words)")
            }
            if group.failed.count > group.bad + group.unsure || (wanted == 0 && group.failed.isEmpty) {
                let words = "\(group.failed.map(\.key).sorted()), \(group.bad) of its drops are bad"
                found.append("\(group.failed.isEmpty ? "I1" : "I4") \(name) failed as \(words)")
            }
        }
        return found.sorted()
    }

    /// The job whose errors file a key says that it answers: of `a.replay1` and its repetition `a.replay1.r2`, `a`.
    private static func replayed(by key: String) -> String? {
        key.ranges(of: ".replay").last.map { String(key[..<$0.lowerBound]) }
    }

    static func stem(of source: String) -> String {
        for ending in [".jsonl.zst", ".ndjson.zst", ".jsonl", ".ndjson"] where source.hasSuffix(ending) {
            return String(source.dropLast(ending.count))
        }
        return source
    }

    // MARK: Lines

    private func wrongAnswers(
        of job: JobName,
        _ publication: OutboxWatch.Publication,
        to content: DroppedContent
    ) -> [String] {
        let name = "\(job.queue)/\(job.key)"
        guard let results = Self.lines(of: publication.files[PublishedName.results]),
            let errors = Self.lines(of: publication.files[PublishedName.errors])
        else { return ["I2 a file of \(name) cannot be decoded"] }
        var given: [Int: ArraySlice<UInt8>] = [:]
        var last = 0
        for result in results {
            let line = Self.lineNumber(in: result)
            if line <= last { return ["I1 results of \(name) are out of order"] }
            last = line
            given[line] = result
        }
        for error in errors {
            let line = Self.lineNumber(in: error)
            if given.updateValue(error, forKey: line) != nil { return ["I1 \(name) answers line \(line) twice"] }
        }
        for record in content.records {
            guard let answer = given.removeValue(forKey: record.line) else {
                return ["I1 \(name) does not answer line \(record.line)"]
            }
            if !isRight(answer, record) {
                return ["I1 line \(record.line) of \(name) is answered by \(String(decoding: answer, as: UTF8.self))"]
            }
        }
        if let line = given.keys.min() { return ["I1 \(name) answers line \(line), which is none of its records"] }
        return []
    }

    private func isRight(_ answer: ArraySlice<UInt8>, _ record: DroppedContent.Record) -> Bool {
        let code = Self.code(of: answer)
        let mayBePoison = hasBlamed || record.kind == .flaky
        switch record.kind {
        case .blank: return false
        case .replayed: return true
        case .good, .flaky:
            return code.map { $0 == "poison" && mayBePoison } ?? answer.elementsEqual(record.result.utf8)
        case .throwing: return code == "poison"
        case .cutShort: return code == "invalid_json_line"
        case .fieldless: return code == "missing_field"
        case .wrongType: return code == "wrong_type"
        }
    }

    private static let noAttempts = Array(#""attempts" : 0,"#.utf8)
    private static let errorMark = Array(#""_error":{"code":""#.utf8)
    private static let lineMark = Array(#""line":"#.utf8)

    /// The code of an error line; nil for a result.
    private static func code(of line: ArraySlice<UInt8>) -> String? {
        guard let start = end(of: errorMark, in: line) else { return nil }
        return String(decoding: line[start...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    private static func lineNumber(in line: ArraySlice<UInt8>) -> Int {
        guard let start = end(of: lineMark, in: line) else { return 0 }
        let digits = line[start...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Where a mark ends that a line holds, for the last time: what stands before may be the sender's.
    static func end(of mark: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
        guard line.count >= mark.count else { return nil }
        for start in stride(from: line.endIndex - mark.count, through: line.startIndex, by: -1)
        where line[start] == mark[0] && line[start..<start + mark.count].elementsEqual(mark) {
            return start + mark.count
        }
        return nil
    }

    private static func lines(of file: [UInt8]?) -> [ArraySlice<UInt8>]? {
        guard let file else { return [] }
        guard let content = try? PublishedJob.content(ofZstd: file) else { return nil }
        return content.split(separator: UInt8(ascii: "\n"))
    }
}
