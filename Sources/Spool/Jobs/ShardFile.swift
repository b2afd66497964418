public import BatchCore
import JSONLines

/// The bytes of a shard file: a results frame, an errors frame where there are errors, and a footer.
///
/// The footer is a zstd skippable frame, so the file as a whole is a valid zstd stream. It ends in fixed fields by
/// which it is found from the end: `JSON · SHA-256 of JSON (64 hex) · JSON length (8 hex) · "BSH1"`.
public struct ShardFile: Sendable, Equatable {
    /// The largest shard file that is read back, in bytes.
    public static let bytesMaximum = 256 << 20
    /// One of zstd's sixteen magic numbers of skippable frames; not the one whose payload readers keep.
    private static let frameMagic: UInt32 = 0x184D_2A5A
    private static let magic = Array("BSH1".utf8)
    private static let trailerBytes = 64 + 8 + 4

    /// The footer.
    public var summary: ShardSummary
    /// The whole file.
    public var bytes: [UInt8]

    /// The results frame.
    public var results: ArraySlice<UInt8> { bytes[..<summary.resultsBytes] }
    /// The errors frame.
    public var errors: ArraySlice<UInt8> {
        bytes[summary.resultsBytes..<summary.resultsBytes + summary.errorsBytes]
    }

    /// Certifies frames with a footer.
    ///
    /// - Parameters:
    ///   - frames: The results frame and the errors frame, end to end.
    ///   - summary: The footer; its hash is filled in.
    /// - Throws: `EncodingError`.
    public init(frames: [UInt8], summary: ShardSummary) throws {
        var summary = summary
        summary.sha256 = ContentHash.hexadecimal(of: frames)
        let json = try DocumentCoding.encode(summary)
        var footer = json
        footer += Array(ContentHash.hexadecimal(of: json).utf8)
        footer += Self.eightDigits(json.count)
        footer += Self.magic
        self.bytes = frames
        self.summary = summary
        withUnsafeBytes(of: Self.frameMagic.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(footer.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += footer
    }

    /// Reads a shard file back; nil where it is not exactly that shard's, whole and unchanged.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - index: The shard it should be.
    ///   - records: The records it should answer.
    ///   - model: The model that should have answered.
    public init?(bytes: [UInt8], index: Int, records: Int, model: ModelIdentity) {
        guard let summary = Self.footer(of: bytes),
            summary.index == index, summary.records == records, summary.model == model,
            summary.results >= 0, summary.errors >= 0, summary.results + summary.errors == records,
            summary.resultsBytes >= 0, summary.errorsBytes >= 0,
            summary.resultsBytes <= bytes.count, summary.errorsBytes <= bytes.count - summary.resultsBytes
        else { return nil }
        let frames = Array(bytes[..<(summary.resultsBytes + summary.errorsBytes)])
        guard ContentHash.hexadecimal(of: frames) == summary.sha256 else { return nil }
        self.summary = summary
        self.bytes = bytes
    }

    private static func footer(of bytes: [UInt8]) -> ShardSummary? {
        guard bytes.count > trailerBytes, Array(bytes.suffix(4)) == magic else { return nil }
        let lengthDigits = bytes[(bytes.count - 12)..<(bytes.count - 4)]
        guard let length = Int(String(decoding: lengthDigits, as: UTF8.self), radix: 16), length >= 0,
            length <= bytes.count - trailerBytes
        else { return nil }
        let end = bytes.count - trailerBytes
        let json = Array(bytes[(end - length)..<end])
        guard Array(bytes[end..<(end + 64)]) == Array(ContentHash.hexadecimal(of: json).utf8) else { return nil }
        return try? DocumentCoding.decode(ShardSummary.self, from: json)
    }

    private static func eightDigits(_ value: Int) -> [UInt8] {
        let digits = Array(String(value, radix: 16).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: 8 - digits.count) + digits
    }
}
