import BatchCore
import Crypto

/// The content of a job file or of a directory of parts, with what each of its lines must become.
struct DroppedContent: Equatable {
    /// What a line is.
    enum Kind {
        case good, cutShort, fieldless, wrongType, blank, throwing, flaky
        /// A line of an errors file that is dropped again.
        case replayed
    }

    /// One line that is a record, and where it stands in the whole job.
    struct Record: Equatable {
        var line: Int
        var kind: Kind
        var id: String
        var text: String

        /// The line that `MarkedTextModel` answers it with.
        var result: String {
            let hash = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            let label = ["odd", "even", "other"][Int(hash % 3)]
            return #"{"id":"\#(id)","line":\#(line),"label":"\#(label)","probability":0.75}"#
        }
    }

    /// One file.
    struct Part: Equatable {
        var name: String
        var bytes: [UInt8]
    }

    /// What makes a file useless as a whole.
    enum Damage: CaseIterable {
        case cut, noMagic, flipped
    }

    /// The files, in reading order; a job file's only part has no name.
    var parts: [Part]
    /// What the name ends in; empty for a directory.
    var ending: String
    var records: [Record]
    var damage: Damage?

    var isDirectory: Bool { ending.isEmpty }
    var bytes: Int { parts.reduce(0) { $0 + $1.bytes.count } }

    /// The identity of the content, as manifests have it.
    func sha256(named name: String) -> String {
        let hashes = parts.map { (Self.hash($0.bytes), $0.name.isEmpty ? name : $0.name) }
        if hashes.count == 1 { return hashes[0].0 }
        return Self.hash(Array(hashes.map { "\($0.0)  \($0.1)\n" }.joined().utf8))
    }

    static func hash(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let hash = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: hash, as: UTF8.self)
    }
}

/// Draws contents.
struct ContentGenerator {
    let tools: SimulationTools
    /// How many contents were made; no two with records are alike.
    private var count = 0

    init(tools: SimulationTools) {
        self.tools = tools
    }

    /// Draws a content.
    mutating func next(_ random: inout SplitMix64) -> DroppedContent {
        count += 1
        let isDirectory = Int.random(in: 0..<8, using: &random) == 0
        let partCount = isDirectory ? Int.random(in: 1...3, using: &random) : 1
        var content = DroppedContent(parts: [], ending: "", records: [])
        let isTroubled = Int.random(in: 0..<6, using: &random) == 0
        var line = 1
        for part in 0..<partCount {
            let text = makeLines(from: &line, isTroubled: isTroubled, into: &content.records, &random)
            let isPacked = Bool.random(using: &random)
            let bytes = isPacked ? pack(text, &random) : text
            let ending = isPacked ? ".jsonl.zst" : ".jsonl"
            content.parts.append(.init(name: isDirectory ? "part-0000\(part)\(ending)" : "", bytes: bytes))
            guard !isDirectory else { continue }
            content.ending = Int.random(in: 0..<4, using: &random) == 0 ? Self.other(ending) : ending
        }
        if content.ending.hasSuffix(".zst"), Int.random(in: 0..<8, using: &random) == 0 { damage(&content, &random) }
        return content
    }

    private static func other(_ ending: String) -> String { ending == ".jsonl" ? ".ndjson" : ".ndjson.zst" }

    private mutating func makeLines(
        from line: inout Int,
        isTroubled: Bool,
        into records: inout [DroppedContent.Record],
        _ random: inout SplitMix64
    ) -> [UInt8] {
        var text = ""
        for _ in 0..<[0, 1, 1, 2, 3, 4, 5, 6, 9][Int.random(in: 0..<9, using: &random)] {
            let kind = kind(isTroubled: isTroubled, &random)
            let record = DroppedContent.Record(line: line, kind: kind, id: "\(count)-\(line)", text: words(kind, line))
            text += Self.json(record) + "\n"
            if kind != .blank { records.append(record) }
            line += 1
        }
        return Array(text.utf8)
    }

    private func kind(isTroubled: Bool, _ random: inout SplitMix64) -> DroppedContent.Kind {
        switch Int.random(in: 0..<32, using: &random) {
        case 0: .cutShort
        case 1: .fieldless
        case 2: .wrongType
        case 3: .blank
        case 4 where isTroubled, 5 where isTroubled: .throwing
        case 6 where isTroubled, 7 where isTroubled: .flaky
        default: .good
        }
    }

    private func words(_ kind: DroppedContent.Kind, _ line: Int) -> String {
        switch kind {
        case .throwing: "text \(count) of line \(line) [throws]"
        case .flaky: "text \(count) of line \(line) [flaky]"
        default: "text \(count) of line \(line)"
        }
    }

    private static func json(_ record: DroppedContent.Record) -> String {
        switch record.kind {
        case .good, .throwing, .flaky: #"{"id":"\#(record.id)","text":"\#(record.text)"}"#
        case .cutShort: #"{"id":"\#(record.id)","text":"\#(record.text)"#
        case .fieldless: #"{"id":"\#(record.id)","title":"\#(record.text)"}"#
        case .wrongType: #"{"id":"\#(record.id)","text":[7]}"#
        case .blank, .replayed: " "
        }
    }

    private func pack(_ text: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        guard Int.random(in: 0..<4, using: &random) == 0 else { return tools.frame(of: text) }
        let half = text.count / 2
        return tools.frame(of: Array(text[..<half])) + tools.frame(of: Array(text[half...]))
    }

    private func damage(_ content: inout DroppedContent, _ random: inout SplitMix64) {
        let damage = DroppedContent.Damage.allCases[Int.random(in: 0..<3, using: &random)]
        var bytes = content.parts[0].bytes
        switch damage {
        case .cut: bytes.removeLast(Int.random(in: 1...4, using: &random))
        case .noMagic: bytes[0] ^= 0xFF
        case .flipped: bytes[bytes.count - 1] ^= 1
        }
        content.parts[0].bytes = bytes
        content.damage = damage
    }
}
