import BatchCore

/// A record without a result, as an example of its error code: what the report shows of it.
///
/// It lives in the shard file and in the report only. `metrics.json` goes to `done/KEY`, which outlives the outbox and
/// must not keep what people wrote.
public struct FailureSample: Sendable, Equatable, Codable {
    /// The error code.
    public var code: String
    /// The line in the job, from 1.
    public var line: Int
    /// What is wrong with it.
    public var message: String
    /// The beginning of the record; what is no UTF-8 in it is replaced by U+FFFD.
    public var excerpt: String

    /// Samples of each code that are kept.
    public static let samplesMaximum = 3
    /// Bytes of a record that are kept.
    public static let excerptBytesMaximum = 160

    /// Creates a sample.
    public init(code: String, line: Int, message: String, excerpt: String) {
        self.code = code
        self.line = line
        self.message = message
        self.excerpt = excerpt
    }

    /// The first records of each code.
    ///
    /// - Parameter block: Records that have been answered or have failed.
    /// - Returns: At most three of each code, in the order of the input.
    static func first(of block: RecordBlock) -> [FailureSample] {
        var counts: [String: Int] = [:]
        var samples: [FailureSample] = []
        for failure in block.failures.sorted(by: { $0.ordinal < $1.ordinal }) {
            let code = failure.code.rawValue
            guard counts[code, default: 0] < samplesMaximum else { continue }
            counts[code, default: 0] += 1
            let excerpt = excerpt(of: block.bytes[failure.raw])
            samples.append(
                FailureSample(code: code, line: failure.line, message: failure.message, excerpt: excerpt)
            )
        }
        return samples
    }

    /// The beginning of a record, not cut within a character.
    private static func excerpt(of raw: ArraySlice<UInt8>) -> String {
        var end = raw.index(raw.startIndex, offsetBy: excerptBytesMaximum, limitedBy: raw.endIndex) ?? raw.endIndex
        if end < raw.endIndex {
            let isContinuation = { (byte: UInt8) in byte & 0xC0 == 0x80 }
            for _ in 0..<3 where isContinuation(raw[end]) { end -= 1 }
        }
        return String(decoding: raw[..<end], as: UTF8.self)
    }
}
