/// A part of a memory of answers: entries end to end in a ring that forgets the oldest, and an index into it.
///
/// An entry is the digest, the origin and the answer. A position counts the words ever written; what was written
/// longer ago than the ring is long has been overwritten, so an index slot says of itself whether it is stale, and
/// nothing is ever removed.
struct AnswerSegment {
    /// The words before an entry's answer: the digest, then its length and origin.
    static let headWords = 3
    /// Slots of a bucket: one line of the processor's cache.
    private static let slotsPerBucket = 8
    /// Answers for each bucket at which the index grows, so that few buckets overflow.
    private static let answersPerBucket = 2
    private static let tagShift: UInt64 = 48
    private static let positionMask: UInt64 = 1 << tagShift - 1

    private let capacityWords: Int
    private let bucketsMaximum: Int
    /// Reserved as a whole and filled from the front, so that the system gives the memory as it is used.
    private var ring: [UInt64] = []
    /// The index, a power of two of buckets; it grows with the answers, since a small job should not pay for clearing
    /// an index that it does not fill.
    private var slots: [UInt64] = []
    private var answerCount = 0
    /// The words ever written, those left free at the end of the ring included.
    private var head: UInt64 = 0

    /// Creates an empty segment, which takes no memory before the first answer.
    ///
    /// - Parameter bytes: What it takes at most; a quarter or less of it is index.
    init(bytes: Int) {
        var buckets = 1
        while buckets * 2 * Self.slotsPerBucket * 8 <= bytes / 4 { buckets *= 2 }
        bucketsMaximum = buckets
        capacityWords = max(bytes / 8 - buckets * Self.slotsPerBucket, 0)
    }

    /// Looks for an answer.
    ///
    /// - Parameters:
    ///   - digest: The digest of the text.
    ///   - rows: Receives the answer.
    /// - Returns: What encoding found out about the text, and where the answer came from; nil where it is not known.
    func find(_ digest: TextDigest, into rows: inout PredictionRows) -> RecalledText? {
        guard let start = place(of: digest) else { return nil }
        let head = ring[start + 2]
        let end = start + Self.headWords + Int(head >> 32)
        let answer = ring.span.extracting(start + Self.headWords..<end)
        guard let (encoded, _) = PackedAnswer.read(answer, into: &rows) else { return nil }
        return RecalledText(encoded: encoded, origin: UInt32(truncatingIfNeeded: head))
    }

    /// Remembers an answer, unless it is known or longer than an eighth of the segment.
    mutating func insert(_ digest: TextDigest, origin: UInt32, answer: Span<UInt64>) {
        let count = Self.headWords + answer.count
        guard count <= capacityWords / 8, place(of: digest) == nil else { return }
        growIndex()
        answerCount += 1
        var start = Int(head % UInt64(capacityWords))
        if start + count > capacityWords {
            head += UInt64(capacityWords - start)
            start = 0
        }
        put(digest.low, at: start)
        put(digest.high, at: start + 1)
        put(UInt64(answer.count) << 32 | UInt64(origin), at: start + 2)
        for index in answer.indices { put(answer[index], at: start + Self.headWords + index) }
        note(digest, position: head)
        head += UInt64(count)
    }

    /// Doubles the index where it is full and may be larger, and enters what the old one knew.
    private mutating func growIndex() {
        let buckets = slots.count / Self.slotsPerBucket
        guard buckets < bucketsMaximum, answerCount >= buckets * Self.answersPerBucket else { return }
        if ring.isEmpty { ring.reserveCapacity(capacityWords) }
        let former = slots
        slots = [UInt64](repeating: 0, count: max(2 * buckets, 1) * Self.slotsPerBucket)
        for slot in former {
            guard let position = position(of: slot) else { continue }
            let start = Int(position % UInt64(capacityWords))
            note(TextDigest(low: ring[start], high: ring[start + 1]), position: position)
        }
    }

    private mutating func put(_ word: UInt64, at index: Int) {
        if index < ring.count {
            ring[index] = word
        } else {
            // The end of the ring that was too short for the entry before.
            while ring.count < index { ring.append(0) }
            ring.append(word)
        }
    }

    private func place(of digest: TextDigest) -> Int? {
        guard !slots.isEmpty else { return nil }
        let tag = digest.high >> Self.tagShift
        let bucket = firstSlot(of: digest)
        for slot in slots[bucket..<bucket + Self.slotsPerBucket] where slot >> Self.tagShift == tag {
            guard let position = position(of: slot) else { continue }
            let start = Int(position % UInt64(capacityWords))
            if ring[start] == digest.low && ring[start + 1] == digest.high { return start }
        }
        return nil
    }

    /// The position of a slot whose entry is whole; nil for a free or stale one.
    private func position(of slot: UInt64) -> UInt64? {
        // Positions are kept from 1, since 0 is a free slot, and 2⁴⁸ words are never written.
        let kept = slot & Self.positionMask
        guard kept > 0, head - (kept - 1) <= UInt64(capacityWords) else { return nil }
        return kept - 1
    }

    private mutating func note(_ digest: TextDigest, position: UInt64) {
        let bucket = firstSlot(of: digest)
        var oldest = bucket
        for slot in bucket..<bucket + Self.slotsPerBucket
        where slots[slot] & Self.positionMask < slots[oldest] & Self.positionMask {
            oldest = slot
        }
        slots[oldest] = (digest.high >> Self.tagShift) << Self.tagShift | (position + 1)
    }

    private func firstSlot(of digest: TextDigest) -> Int {
        (Int(truncatingIfNeeded: digest.low) & (slots.count / Self.slotsPerBucket - 1)) * Self.slotsPerBucket
    }
}

/// An answer that was found.
struct RecalledText {
    var encoded: EncodedText
    /// The scope that it was computed for.
    var origin: UInt32
}
