import BatchCore

/// Some answers of a cache's file, which are read as a whole or not at all.
///
/// A block is the magic number, a word of its length and the answers' columns, sixteen bytes of checksum, and the
/// answers end to end, each behind its digest. The checksum is the digest of length, columns and answers under the
/// cache's own secret, so that a block of another cache is as good as a damaged one.
enum CacheBlock {
    /// The largest block, in bytes of answers.
    static let payloadBytesMaximum = 1 << 20
    /// "BDCACHE1", little-endian.
    static let magic: UInt64 = 0x3145_4843_4143_4442
    static let headBytes = 32
    private static let digestWords = 2

    /// Cuts answers into blocks.
    ///
    /// - Parameters:
    ///   - learned: Answers end to end, each behind its digest.
    ///   - columns: The length of a row; 0 where answers are entities.
    ///   - key: The secret of the cache's checksums.
    /// - Returns: The bytes of each block; an answer too long for one is left out.
    static func blocks(of learned: [UInt64], columns: Int, key: DigestKey) -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var open = 0..<0
        var next = 0
        while let end = self.end(ofAnswerAt: next, in: learned.span, columns: columns) {
            if (end - next) * 8 > payloadBytesMaximum {
                if !open.isEmpty { blocks.append(block(learned[open], columns: columns, key: key)) }
                open = end..<end
            } else if (end - open.lowerBound) * 8 > payloadBytesMaximum {
                blocks.append(block(learned[open], columns: columns, key: key))
                open = next..<end
            } else {
                open = open.lowerBound..<end
            }
            next = end
        }
        if !open.isEmpty { blocks.append(block(learned[open], columns: columns, key: key)) }
        return blocks
    }

    /// Reads the answers of a file, as far as its blocks are whole and unchanged.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - columns: The length of a row.
    ///   - key: The secret of the cache's checksums.
    ///   - body: Gets each answer with its digest.
    /// - Returns: Whether the file held nothing but whole blocks.
    static func read(
        _ bytes: [UInt8],
        columns: Int,
        key: DigestKey,
        _ body: (TextDigest, Span<UInt64>) -> Void
    ) -> Bool {
        var start = 0
        while start < bytes.count {
            guard let payload = payload(of: bytes, at: start, columns: columns, key: key) else { return false }
            var next = 0
            while let end = end(ofAnswerAt: next, in: payload.span, columns: columns) {
                let digest = TextDigest(low: payload[next], high: payload[next + 1])
                body(digest, payload.span.extracting(next + digestWords..<end))
                next = end
            }
            start += headBytes + payload.count * 8
        }
        return true
    }

    private static func end(ofAnswerAt start: Int, in words: Span<UInt64>, columns: Int) -> Int? {
        guard start + digestWords < words.count else { return nil }
        let rest = words.extracting(start + digestWords..<words.count)
        return PackedAnswer.wordCount(of: rest, columns: columns).map { start + digestWords + $0 }
    }

    private static func block(_ answers: ArraySlice<UInt64>, columns: Int, key: DigestKey) -> [UInt8] {
        let payload = bytes(of: Array(answers))
        let shape = self.shape(payloadBytes: payload.count, columns: columns)
        let checksum = TextDigest(prefix: shape, bytes: payload.span, key: key)
        return bytes(of: [magic, shape, checksum.low, checksum.high]) + payload
    }

    private static func payload(of bytes: [UInt8], at start: Int, columns: Int, key: DigestKey) -> [UInt64]? {
        guard bytes.count - start >= headBytes else { return nil }
        let head = words(of: bytes, start..<start + headBytes)
        guard head[0] == magic else { return nil }
        let payloadBytes = Int(head[1] >> 32)
        guard head[1] == shape(payloadBytes: payloadBytes, columns: columns), payloadBytes % 8 == 0,
            payloadBytes <= min(payloadBytesMaximum, bytes.count - start - headBytes)
        else { return nil }
        let range = start + headBytes..<start + headBytes + payloadBytes
        let checksum = TextDigest(prefix: head[1], bytes: bytes.span.extracting(range), key: key)
        guard checksum == TextDigest(low: head[2], high: head[3]) else { return nil }
        return words(of: bytes, range)
    }

    private static func shape(payloadBytes: Int, columns: Int) -> UInt64 {
        UInt64(payloadBytes) << 32 | UInt64(UInt32(truncatingIfNeeded: columns))
    }

    private static func bytes(of words: [UInt64]) -> [UInt8] {
        words.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    private static func words(of bytes: [UInt8], _ range: Range<Int>) -> [UInt64] {
        let raw = bytes.span.bytes
        return stride(from: range.lowerBound, to: range.upperBound, by: 8).map {
            UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: $0, as: UInt64.self))
        }
    }
}
