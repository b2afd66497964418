/// Which records of a group need not be computed: those said before in the group, and those remembered.
///
/// Records are counted through the group, in the order of its blocks.
struct GroupRecall {
    /// Where a record's answer comes from.
    enum Source: Equatable {
        /// It is computed; the row of the group's computed answers, once that is known.
        case computed(row: Int?)
        /// It was remembered; the row of the recalled answers.
        case recalled(row: Int, isOwn: Bool)
        /// It is that of an earlier record of the group.
        case repeated(record: Int)
        /// Its text is too long, so it has none.
        case refused
    }

    /// One entry a record.
    private(set) var sources: [Source] = []
    /// The answers that were remembered.
    private(set) var recalledRows: PredictionRows
    /// What encoding had found out about their texts.
    private(set) var recalledTexts: [EncodedText] = []
    /// One entry a record that was looked for, and zeros for others.
    private var digests: [TextDigest] = []
    /// A hash table of records by their digests, from 1; 0 where it is free.
    private var table: [Int32] = []

    init(columns: Int) {
        recalledRows = PredictionRows(columns: columns)
    }

    /// Makes room for so many records in all.
    mutating func reserve(_ recordCount: Int) {
        sources.reserveCapacity(recordCount)
        digests.reserveCapacity(recordCount)
        var slots = 16
        while slots < 2 * recordCount { slots *= 2 }
        table = [Int32](repeating: 0, count: slots)
    }

    /// Adds the records of the next block.
    ///
    /// - Parameters:
    ///   - block: The records.
    ///   - onLong: What happens to a text over the model's limit.
    ///   - scope: Where they are looked for; nil where each is to be computed.
    mutating func add(_ block: RecordBlock, _ onLong: LongTextPolicy, _ scope: AnswerScope?) {
        guard let scope else {
            sources += repeatElement(.computed(row: nil), count: block.records.count)
            digests += repeatElement(TextDigest(low: 0, high: 0), count: block.records.count)
            return
        }
        for index in block.records.indices {
            let digest = scope.digest(of: index, in: block, onLong: onLong)
            let record = sources.count
            digests.append(digest)
            let first = enter(digest, record: record)
            if first < record {
                sources.append(.repeated(record: first))
            } else if let found = scope.find(digest, into: &recalledRows) {
                sources.append(.recalled(row: recalledTexts.count, isOwn: scope.isOwn(found)))
                recalledTexts.append(found.encoded)
            } else {
                sources.append(.computed(row: nil))
            }
        }
    }

    /// Says that a record was refused for its length; so are those with the same text.
    mutating func refuse(_ record: Int) {
        sources[record] = .refused
    }

    /// Says which row of the computed answers is a record's.
    mutating func settle(_ record: Int, row: Int) {
        sources[record] = .computed(row: row)
    }

    /// Where a record's answer lies: never `repeated`.
    func origin(of record: Int) -> Source {
        if case .repeated(let first) = sources[record] { return sources[first] }
        return sources[record]
    }

    /// The digest of a record that was looked for.
    func digest(of record: Int) -> TextDigest { digests[record] }

    /// Finds a digest's first record, which is this one where there is none before.
    private mutating func enter(_ digest: TextDigest, record: Int) -> Int {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: digest.high) & mask
        while table[slot] != 0 {
            let other = Int(table[slot]) - 1
            if digests[other] == digest { return other }
            slot = (slot + 1) & mask
        }
        table[slot] = Int32(truncatingIfNeeded: record + 1)
        return record
    }
}
