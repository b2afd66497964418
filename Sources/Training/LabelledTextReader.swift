internal import JSONLines

/// Reads labelled texts from JSON Lines files, plain or compressed with zstd.
public struct LabelledTextReader: Sendable {
    /// The fields in which a text is looked for, in this order.
    public static let textFields = ["text", "input_text", "input"]

    // Lines are read in blocks of at most this much.
    private static let blockLinesMaximum = 4096
    private static let blockBytesMaximum = 4 << 20

    private let addsLabels: Bool
    private let excluded: Set<TextKey>

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - addsLabels: Whether a label that is not known yet is added; else it is an error.
    ///   - excluded: Texts to pass over.
    public init(addsLabels: Bool, excluded: Set<TextKey> = []) {
        self.addsLabels = addsLabels
        self.excluded = excluded
    }

    /// Appends the texts of one source.
    ///
    /// - Parameters:
    ///   - source: What to read.
    ///   - texts: Receives a group for the source's texts, and one for their clauses where these are wanted.
    /// - Throws: `TrainingError` with the file and line of what is wrong.
    public func read(_ source: TrainingSource, into texts: inout LabelledTexts) throws {
        let candidates = try source.candidates?.map { name in
            try position(of: name, in: &texts, place: "the candidates of '\(source.path)'")
        }
        let whole = texts.begin(LabelledTexts.Group(weight: source.weight ?? 1, candidates: candidates))
        let clauses = source.clauses.map { clauses in
            let group = texts.begin(LabelledTexts.Group(weight: clauses.weight, candidates: candidates))
            return (splitter: ClauseSplitter(clauses), group: group)
        }
        try forEachRecord(source) { text, label, place in
            guard excluded.isEmpty || !excluded.contains(TextKey(text)) else { return }
            let label = try position(of: label, in: &texts, place: place)
            texts.append(text, label: label, group: whole)
            guard let clauses else { return }
            for clause in clauses.splitter.clauses(of: text) where !excluded.contains(TextKey(clause)) {
                texts.append(clause, label: label, group: clauses.group)
            }
        }
    }

    /// The keys of all texts of a file, labels aside.
    ///
    /// - Throws: `TrainingError` with the file and line of what is wrong.
    static func keys(of path: String) throws -> Set<TextKey> {
        var keys: Set<TextKey> = []
        let reader = LabelledTextReader(addsLabels: true)
        try reader.forEachRecord(TrainingSource(path: path, label: "")) { text, _, _ in
            keys.insert(TextKey(text))
        }
        return keys
    }

    /// The texts of a file, labels aside.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: Texts to read at most.
    /// - Returns: The texts, UTF-8.
    /// - Throws: `TrainingError` with the file and line of what is wrong.
    public static func texts(of path: String, limit: Int) throws -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var source = TrainingSource(path: path, label: "")
        source.limit = limit
        try LabelledTextReader(addsLabels: true).forEachRecord(source) { text, _, _ in texts.append(Array(text.utf8)) }
        return texts
    }

    private func position(of label: String, in texts: inout LabelledTexts, place: String) throws -> Int {
        if let known = texts.labels.firstIndex(of: label) { return known }
        guard addsLabels else {
            throw TrainingError(
                "The label '\(label)' in \(place) is none of \(texts.labels.joined(separator: ", ")). "
                    + "Add it to the labels, or take the line out."
            )
        }
        return texts.addLabel(label)
    }
}

// MARK: - Lines

extension LabelledTextReader {
    private func forEachRecord(
        _ source: TrainingSource,
        _ body: (_ text: String, _ label: String, _ place: String) throws -> Void
    ) throws {
        let labelField = source.labelField ?? "label"
        let scanner = RecordScanner(keys: Self.textFields + [labelField])
        let input = try SequentialFile(path: source.path)
        let stream = try DecodedStream(source.compression) { try input.read(into: $0) }
        let lines = LineReader(stream)
        var block = LineBlock()
        var record = ScannedRecord()
        var taken = 0
        do {
            while try lines.nextBlock(
                into: &block,
                maximumRecords: Self.blockLinesMaximum,
                maximumBytes: Self.blockBytesMaximum
            ) {
                for line in block.lines {
                    if let limit = source.limit, taken >= limit { return }
                    taken += 1
                    let place = "line \(line.number) of '\(source.path)'"
                    try check(line, of: block, scanner, &record, place: place)
                    let bytes = block.bytes(of: line)
                    let text = try Self.text(of: record, in: bytes, place: place)
                    let label = try source.label ?? Self.label(of: record, in: bytes, field: labelField, place: place)
                    try body(text, label, place)
                }
            }
        } catch let error as JSONLinesError {
            throw TrainingError("'\(source.path)' cannot be read: \(error.message)")
        }
    }

    private func check(
        _ line: Line,
        of block: LineBlock,
        _ scanner: RecordScanner,
        _ record: inout ScannedRecord,
        place: String
    ) throws {
        if let length = line.fullLength {
            throw TrainingError("There are \(length) bytes in \(place), more than a line may have. Cut the text.")
        }
        let bytes = block.bytes.span.bytes.extracting(line.range)
        if let failure = scanner.scan(bytes, into: &record) {
            throw TrainingError(
                "There is \(failure.code.rawValue) in \(place), byte \(failure.offset): \(failure.reason)"
            )
        }
    }

    private static func text(
        of record: ScannedRecord,
        in line: ArraySlice<UInt8>,
        place: String
    ) throws -> String {
        for field in textFields.indices where record[field].kind == .string {
            return string(record[field], in: line)
        }
        throw TrainingError(
            "There is no text in \(place): none of the fields \(textFields.joined(separator: ", ")) is a string."
        )
    }

    private static func label(
        of record: ScannedRecord,
        in line: ArraySlice<UInt8>,
        field: String,
        place: String
    ) throws -> String {
        let value = record[textFields.count]
        guard value.kind == .string || value.kind == .number else {
            throw TrainingError("There is no label in \(place): its field '\(field)' is neither a string nor a number.")
        }
        return string(value, in: line)
    }

    private static func string(_ value: ScannedValue, in line: ArraySlice<UInt8>) -> String {
        let start = line.startIndex + value.contents.lowerBound
        let contents = line[start..<(line.startIndex + value.contents.upperBound)]
        guard value.hasEscapes else { return String(decoding: contents, as: UTF8.self) }
        var unescaped: [UInt8] = []
        contents.withUnsafeBytes { JSONText.appendUnescaped($0.bytes, to: &unescaped) }
        return String(decoding: unescaped, as: UTF8.self)
    }
}

extension TrainingSource {
    fileprivate var compression: Compression {
        path.hasSuffix(".zst") ? .zstd : .none
    }
}
