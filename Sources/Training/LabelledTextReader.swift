internal import FoundationEssentials

/// Reads labelled texts from JSON Lines files.
public struct LabelledTextReader: Sendable {
    /// The fields in which a text is looked for, in this order.
    public static let textFields = ["text", "input_text", "input"]

    private let addsLabels: Bool

    /// Creates a reader.
    ///
    /// - Parameter addsLabels: Whether a label that is not known yet is added; else it is an error.
    public init(addsLabels: Bool) {
        self.addsLabels = addsLabels
    }

    /// Appends the texts of one source.
    ///
    /// - Parameters:
    ///   - source: What to read.
    ///   - texts: Receives one group and its texts.
    /// - Throws: `TrainingError` with the file and line of what is wrong.
    public func read(_ source: TrainingSource, into texts: inout LabelledTexts) throws {
        let candidates = try source.candidates?.map { name in
            try position(of: name, in: &texts, place: "the candidates of '\(source.path)'")
        }
        texts.begin(LabelledTexts.Group(weight: source.weight ?? 1, candidates: candidates))
        let data = try Data(contentsOf: URL(filePath: source.path))
        let decoder = JSONDecoder()
        for (index, line) in data.split(separator: 0x0A).enumerated() {
            let record = try decoder.decode([String: AnyField].self, from: Data(line))
            let place = "line \(index + 1) of '\(source.path)'"
            guard let text = Self.textFields.lazy.compactMap({ record[$0]?.text }).first else {
                throw TrainingError("There is no text in \(place)")
            }
            guard let label = source.label ?? record[source.labelField ?? "label"]?.text else {
                throw TrainingError("There is no label in \(place)")
            }
            texts.append(text, label: try position(of: label, in: &texts, place: place))
            if index + 1 == source.limit { break }
        }
    }

    private func position(of label: String, in texts: inout LabelledTexts, place: String) throws -> Int {
        if let known = texts.labels.firstIndex(of: label) { return known }
        guard addsLabels else {
            throw TrainingError("The label '\(label)' in \(place) is none of \(texts.labels.joined(separator: ", ")).")
        }
        return texts.addLabel(label)
    }
}

private struct AnyField: Decodable {
    var text: String?
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try? container.decode(String.self)
    }
}
