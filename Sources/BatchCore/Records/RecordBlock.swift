/// The records of one shard as the engine sees them: texts end to end, and where everything else lies.
///
/// All ranges point into `bytes`, the shard's lines as they stood in the file.
public struct RecordBlock: Sendable {
    /// The lines of the shard.
    public var bytes: [UInt8]
    /// The texts of `records`, UTF-8, unescaped, end to end; each followed by its pair where there is one.
    public var texts: [UInt8] = []
    /// Whether every record has a second text, which may be empty.
    public var hasPairs = false
    /// Records that can be answered, in input order.
    public var records: [InputRecord] = []
    /// Records that cannot, in input order.
    public var failures: [RecordFailure] = []
    /// For each record the value ranges of the passed-through fields, `[records, passedFieldCount]`; empty where
    /// the record lacks the field.
    public var passedFields: [Range<Int>] = []
    /// For each record where the text of the fields lies that monitors group by, `[records, fieldCount]`; empty where
    /// the record has none that names a group.
    public var groupFields: [Range<Int>] = []

    /// Creates a block without records.
    public init(bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// The range of a record's text in `texts`.
    public func textRange(of index: Int) -> Range<Int> {
        (index == 0 ? 0 : records[index - 1].pairEnd)..<records[index].textEnd
    }

    /// The range of a record's second text in `texts`; nil where records have none.
    public func pairRange(of index: Int) -> Range<Int>? {
        hasPairs ? records[index].textEnd..<records[index].pairEnd : nil
    }
}

/// One record that can be answered.
public struct InputRecord: Sendable, Equatable {
    /// The line number in the job, from 1.
    public var line: Int
    /// The position among the shard's non-blank lines, from 0.
    public var ordinal: Int
    /// Where the line starts in the decoded job, in bytes.
    public var byteOffset: Int
    /// The line's bytes in the block.
    public var raw: Range<Int>
    /// Where the text ends in the block's `texts`.
    public var textEnd: Int
    /// Where the second text, which follows the first, ends; `textEnd` where there is none.
    public var pairEnd: Int
    /// The id as JSON in the block; nil where the line number identifies the record.
    public var id: Range<Int>?

    /// Creates a record; without `pairEnd` it has no second text.
    public init(
        line: Int,
        ordinal: Int,
        byteOffset: Int,
        raw: Range<Int>,
        textEnd: Int,
        pairEnd: Int? = nil,
        id: Range<Int>?
    ) {
        self.line = line
        self.ordinal = ordinal
        self.byteOffset = byteOffset
        self.raw = raw
        self.textEnd = textEnd
        self.pairEnd = pairEnd ?? textEnd
        self.id = id
    }
}

/// One record that has no result, and why.
public struct RecordFailure: Sendable, Equatable {
    /// The line number in the job, from 1.
    public var line: Int
    /// The position among the shard's non-blank lines, from 0.
    public var ordinal: Int
    /// Where the line starts in the decoded job, in bytes.
    public var byteOffset: Int
    /// The line's bytes in the block; only its beginning where the line was too long.
    public var raw: Range<Int>
    /// The stable word.
    public var code: RecordErrorCode
    /// A sentence for a person.
    public var message: String
    /// How often it was tried; 0 where it never reached the model.
    public var attempts: Int

    /// Creates a failure.
    public init(
        line: Int,
        ordinal: Int,
        byteOffset: Int,
        raw: Range<Int>,
        code: RecordErrorCode,
        message: String,
        attempts: Int = 0
    ) {
        self.line = line
        self.ordinal = ordinal
        self.byteOffset = byteOffset
        self.raw = raw
        self.code = code
        self.message = message
        self.attempts = attempts
    }
}

extension RecordBlock {
    /// Takes records out, keeping texts and passed-through fields of the others in step.
    ///
    /// - Parameter removed: Indices into `records`.
    public mutating func removeRecords(_ removed: Set<Int>) {
        guard !removed.isEmpty else { return }
        let fieldCount = records.isEmpty ? 0 : passedFields.count / records.count
        let groupCount = records.isEmpty ? 0 : groupFields.count / records.count
        var kept = RecordBlock(bytes: [])
        for index in records.indices where !removed.contains(index) {
            let text = textRange(of: index)
            kept.texts.append(contentsOf: texts[text.lowerBound..<records[index].pairEnd])
            kept.passedFields.append(contentsOf: passedFields[index * fieldCount..<(index + 1) * fieldCount])
            kept.groupFields.append(contentsOf: groupFields[index * groupCount..<(index + 1) * groupCount])
            var record = records[index]
            record.pairEnd = kept.texts.count
            record.textEnd = record.pairEnd - (records[index].pairEnd - text.upperBound)
            kept.records.append(record)
        }
        failures.sort { $0.ordinal < $1.ordinal }
        texts = kept.texts
        records = kept.records
        passedFields = kept.passedFields
        groupFields = kept.groupFields
    }
}
