/// The answers to consecutive records: a row of numbers each, or the entities of each.
public struct PredictionRows: Sendable {
    /// The length of a row; 0 where a record is answered with entities.
    public let columns: Int

    /// All rows end to end, `[records, columns]`, row-major: the probabilities of a classification (which sum to 1,
    /// or are independent where there may be several labels), the values of a regression, an embedding.
    public var values: [Float] = []

    /// The entities of all records, end to end, in the order of the text within each record.
    public var entities: [EntitySpan] = []

    /// The exclusive end of each record in `entities`; empty where the model finds none.
    public var entityEnds: [Int] = []

    /// Creates an empty table.
    ///
    /// - Precondition: `columns >= 0`.
    public init(columns: Int) {
        precondition(columns >= 0, "a row has no negative length")
        self.columns = columns
    }

    /// The number of complete rows.
    public var count: Int { columns > 0 ? values.count / columns : entityEnds.count }

    /// The column of a record's largest value, of equal ones the first.
    public func bestColumn(ofRecord record: Int) -> Int {
        let row = record * columns
        var best = 0
        for column in 1..<max(columns, 1) where values[row + column] > values[row + best] { best = column }
        return best
    }

    /// The entities of a record, as indices into `entities`.
    public func entityRange(ofRecord record: Int) -> Range<Int> {
        (record == 0 ? 0 : entityEnds[record - 1])..<entityEnds[record]
    }

    /// Declares that every entity since the last call belongs to one record, which may have none.
    public mutating func endEntities() {
        entityEnds.append(entities.count)
    }

    /// Appends a range of another table's records.
    ///
    /// - Precondition: Both tables have as many columns.
    public mutating func append(_ records: Range<Int>, of other: PredictionRows) {
        precondition(columns == other.columns, "the rows are of one model")
        values.append(contentsOf: other.values[records.lowerBound * columns..<records.upperBound * columns])
        guard !other.entityEnds.isEmpty else { return }
        for record in records {
            entities.append(contentsOf: other.entities[other.entityRange(ofRecord: record)])
            endEntities()
        }
    }

    /// Forgets all rows and keeps the memory.
    public mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        entities.removeAll(keepingCapacity: true)
        entityEnds.removeAll(keepingCapacity: true)
    }
}
