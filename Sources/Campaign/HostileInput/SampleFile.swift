import BatchCore
import Crypto
import JSONLines
import Spool
import SystemPackage

/// A job file as a sender makes it, before anything happens to it.
struct SampleFile {
    /// What it is, for results.
    var words: String
    /// Its bytes.
    var bytes: [UInt8]
    /// Its name's ending.
    var ending = ".jsonl.zst"
    /// Whether a manifest with size, hash and count lies beside it.
    var hasManifest = false
    /// How many lines it holds that are not blank.
    var records: Int

    /// The manifest's content; nil where there is none.
    func manifest() throws -> [UInt8]? {
        guard hasManifest else { return nil }
        let digits = SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let statement = Statement(bytes: bytes.count, sha256: digits.joined(), records: records)
        return try DocumentCoding.encode(statement)
    }

    private struct Statement: Encodable {
        var bytes: Int
        var sha256: String
        var records: Int
    }
}

extension SampleFile {
    /// Three compressed files whose every bit can be flipped: one frame with a checksum, several such frames with an
    /// empty one among them, and several between skippable frames, with a manifest.
    static func compressed(bytesMinimum: Int) throws -> [SampleFile] {
        [
            try framed("one frame", seed: 1, frames: 1, bytesMinimum: bytesMinimum),
            try framed("seven frames", seed: 2, frames: 6, hasEmptyFrame: true, bytesMinimum: bytesMinimum),
            try framed(
                "four frames between skippable ones, with a manifest",
                seed: 3,
                frames: 4,
                hasNotes: true,
                hasManifest: true,
                bytesMinimum: bytesMinimum
            ),
        ]
    }

    /// The same file as one frame without a checksum, as several libraries write it.
    static func unchecked(hasManifest: Bool, bytesMinimum: Int) throws -> SampleFile {
        var file = try framed("one frame without checksum", seed: 4, frames: 1, bytesMinimum: bytesMinimum)
        // The descriptor's third bit says that four bytes of checksum follow the last block.
        file.bytes[4] &= ~0b100
        file.bytes.removeLast(4)
        file.hasManifest = hasManifest
        return file
    }

    /// Plain lines, with a manifest: nothing else could tell that some are missing.
    static func plain(bytesMinimum: Int) -> SampleFile {
        var lines = SampleLines(seed: 5)
        let content = lines.take(bytesMinimum: bytesMinimum)
        return SampleFile(
            words: "plain lines with a manifest",
            bytes: content,
            ending: ".jsonl",
            hasManifest: true,
            records: lines.count
        )
    }

    static func framed(
        _ words: String,
        seed: UInt64,
        frames: Int,
        hasEmptyFrame: Bool = false,
        hasNotes: Bool = false,
        hasManifest: Bool = false,
        bytesMinimum: Int
    ) throws -> SampleFile {
        let encoder = try ZstdEncoder()
        var lines = SampleLines(seed: seed)
        var bytes: [UInt8] = []
        for frame in 0..<frames {
            // Texts of hexadecimal digits shrink to about half.
            let content = lines.take(bytesMinimum: bytesMinimum * 2 / frames)
            if hasNotes { ZstdEncoder.appendSkippableFrame(Array("part \(frame)".utf8), to: &bytes) }
            try encoder.appendFrame(of: content.span.bytes, to: &bytes)
            if hasEmptyFrame && frame == frames / 2 { try encoder.appendFrame(of: [UInt8]().span.bytes, to: &bytes) }
        }
        return SampleFile(words: words, bytes: bytes, hasManifest: hasManifest, records: lines.count)
    }
}

/// Lines such as senders write: records of texts that hardly shrink, and some that are no records.
struct SampleLines {
    private var random: SplitMix64
    /// How many lines were taken, blank ones not counted.
    private(set) var count = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// The next lines of at least so many bytes.
    mutating func take(bytesMinimum: Int) -> [UInt8] {
        var content: [UInt8] = []
        while content.count < bytesMinimum {
            content += Array(line().utf8) + [UInt8(ascii: "\n")]
        }
        return content
    }

    private mutating func line() -> String {
        let number = random.next() % 16
        if number == 0 { return "" }
        count += 1
        if number == 1 { return #"{"id": "r\#(count)", "text": "cut"# }
        if number == 2 { return #"{"id": "r\#(count)"}"# }
        let words = (0..<8).map { _ in String(random.next(), radix: 16) }
        return #"{"id": "r\#(count)", "text": "\#(words.joined(separator: " "))"}"#
    }
}
