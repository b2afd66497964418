import BatchCore
import JSONLines

/// Makes job files whose every record has an id of its own, good ones and a few that cannot be answered.
struct IdentifiedRecords {
    private static let words: [[UInt8]] = """
        good bad great awful fine poor lovely terrible excellent broken quick slow cheap dear clean dirty warm cold kind
        rude service food room staff price screen battery story sound driver delivery garden breakfast view ticket
        """
        .split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }

    /// Records of a portion that are compressed as one frame.
    static let recordsPerFrame = 65_536

    private var random: SplitMix64
    /// One record in so many has no text or is no JSON; 0 for none.
    var faultyInterval = 50
    /// Words of a text.
    var words: ClosedRange<UInt64> = 3...30
    /// What was made.
    private(set) var digest = AnswerDigest()

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// Appends records as JSON lines.
    ///
    /// - Parameters:
    ///   - job: The first half of their ids.
    ///   - numbers: The second.
    ///   - output: Where they go.
    mutating func append(job: Int, _ numbers: Range<Int>, to output: inout [UInt8]) {
        for number in numbers {
            let start = output.count
            append(#"{"id":"#, to: &output)
            append("\"#\(job)-\(number)#\"", to: &output)
            // A file without a single answer counts as failed, so the first record is a good one.
            appendText(isGood: number == 0, to: &output)
            digest.add(output[start...])
            output.append(UInt8(ascii: "\n"))
        }
    }

    private mutating func appendText(isGood: Bool, to output: inout [UInt8]) {
        let fault = isGood || faultyInterval == 0 ? 2 : random.next() % UInt64(2 * faultyInterval)
        if fault == 0 { return output.append(UInt8(ascii: "}")) }
        append(#","text":""#, to: &output)
        for index in 0..<words.lowerBound + random.next() % (words.upperBound - words.lowerBound + 1) {
            if index > 0 { output.append(UInt8(ascii: " ")) }
            output += Self.words[Int(random.next() % UInt64(Self.words.count))]
        }
        append(fault == 1 ? "\"" : "\"}", to: &output)
    }

    private func append(_ text: String, to output: inout [UInt8]) {
        output.append(contentsOf: text.utf8)
    }

    /// Makes a whole job file in memory.
    ///
    /// - Parameters:
    ///   - job: Its number.
    ///   - count: Its records.
    ///   - isCompressed: Whether it is zstd.
    /// - Returns: Its bytes, and what must be answered.
    /// - Throws: `JSONLinesError`.
    mutating func file(job: Int, count: Int, isCompressed: Bool) throws -> (bytes: [UInt8], digest: AnswerDigest) {
        digest = AnswerDigest()
        var bytes: [UInt8] = []
        append(job: job, 0..<count, to: &bytes)
        if !isCompressed { return (bytes, digest) }
        var compressed: [UInt8] = []
        try ZstdEncoder(level: 1).appendFrame(of: bytes.span.bytes, to: &compressed)
        return (compressed, digest)
    }
}
