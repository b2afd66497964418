import BatchCore

/// Counts a shard's answers by the values of fields.
enum SliceCounter {
    /// Counts.
    ///
    /// - Parameters:
    ///   - outcome: The shard's records and answers.
    ///   - model: The model that gave them.
    ///   - threshold: The probability from which a label of several counts as given.
    ///   - fields: The fields, in the order of the block's `groupFields`.
    /// - Returns: A table for each field; nil where there are no fields.
    static func tables(
        of outcome: ShardOutcome,
        model: any BatchModel,
        threshold: Float,
        fields: [String]
    ) -> [SliceTable]? {
        if fields.isEmpty { return nil }
        let labels = GivenLabels(outcome.predictions, of: model, threshold: threshold)
        return fields.indices.map { column in
            table(of: outcome.block, labels: labels, names: model.labels, field: fields[column]) {
                outcome.block.groupFields[$0 * fields.count + column]
            }
        }
    }

    private static func table(
        of block: RecordBlock,
        labels: GivenLabels,
        names: [String],
        field: String,
        range: (Int) -> Range<Int>
    ) -> SliceTable {
        // Groups get numbers in the order in which they come, so that nothing depends on how a dictionary is laid out.
        var numbers: [GroupValue: Int] = [:]
        var groups: [(value: GroupValue, counts: [Int: Int], records: Int)] = []
        block.bytes.withUnsafeBufferPointer { bytes in
            for record in block.records.indices {
                let value = GroupValue(String(decoding: bytes[range(record)], as: UTF8.self))
                let number = numbers[value] ?? groups.count
                if number == groups.count {
                    numbers[value] = number
                    groups.append((value: value, counts: [:], records: 0))
                }
                groups[number].records += 1
                labels.forEach(ofRecord: record) { groups[number].counts[$0, default: 0] += 1 }
            }
        }
        var table = SliceTable(field: field)
        for group in groups {
            let named = group.counts.map { (names[$0.key], $0.value) }
            let counts = SliceCounts(records: group.records, labels: Dictionary(uniqueKeysWithValues: named))
            table.add(counts, to: group.value.text.isEmpty ? nil : group.value)
        }
        table.cut()
        return table
    }
}

/// The labels that each record of a shard was given, as indices.
private struct GivenLabels {
    private let rows: PredictionRows
    private let task: ModelTask
    private let threshold: Float

    init(_ rows: PredictionRows, of model: any BatchModel, threshold: Float) {
        self.rows = rows
        task = model.task
        self.threshold = threshold
    }

    func forEach(ofRecord record: Int, _ body: (Int) -> Void) {
        switch task {
        case .classification:
            let row = rows.values[record * rows.columns..<(record + 1) * rows.columns]
            body(row.bestIndex - row.startIndex)
        case .multiLabel:
            let row = rows.values[record * rows.columns..<(record + 1) * rows.columns]
            for index in row.indices where row[index] >= threshold { body(index - row.startIndex) }
        case .tokenClassification:
            for entity in rows.entities[rows.entityRange(ofRecord: record)] { body(entity.label) }
        case .regression, .embedding: break
        }
    }
}
