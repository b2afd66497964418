/// The dialect of job files.
public enum RecordFormat: String, Sendable, CaseIterable {
    /// One JSON object a line, as schemas/ describes it.
    case native

    /// Dialects that the format knows and this version does not.
    static let later = ["openai", "plain", "comprehend", "fasttext", "csv"]
}

/// The dialect of result files.
public enum ResultFormat: String, Sendable, CaseIterable, Codable {
    /// One JSON object a line, as schemas/ describes it.
    case native
    /// Comma-separated values with a header line.
    case csv
    /// The output lines of OpenAI's batches.
    case openai
    /// The output lines of Amazon Comprehend's jobs.
    case comprehend
    /// What `fasttext predict-prob` prints.
    case fasttext

    /// Whether lines have a shape of their own, so that their fields cannot be chosen.
    public var hasFixedFields: Bool {
        switch self {
        case .native, .csv: false
        case .openai, .comprehend, .fasttext: true
        }
    }
}

/// A field that a result line can have, by its name there.
public enum OutputField: String, Sendable, CaseIterable {
    /// The record's id.
    case id
    /// The record's line in its file, from 1.
    case line
    /// The most probable label.
    case label
    /// That label's probability.
    case probability
    /// Probabilities by label.
    case scores
    /// The model that answered.
    case model
    /// How many tokens the text had.
    case inputTokens = "input_tokens"
    /// Whether the model saw only the beginning.
    case truncated
    /// The text that was classified.
    case text
    /// Every label that is probable enough, the most probable first.
    case labels
    /// The one output of a regression.
    case value
    /// Outputs of a regression by name.
    case values
    /// Stretches of the text with a label each.
    case entities
    /// The vector of an embedding.
    case embedding
    /// How many windows the text was read in; left out where it is one.
    case windows
    /// What of the text moved the answer most.
    case explanation
}

/// How an embedding is written.
public enum EmbeddingFormat: String, Sendable, CaseIterable {
    /// An array of numbers, each the shortest that reads back as the same float32.
    case list
    /// A string: base64 of the float32 values, little-endian.
    case base64
}

/// What happens to a file without checksum or manifest.
public enum IntegrityPolicy: String, Sendable, CaseIterable {
    /// It is taken, and its metrics say so.
    case warn
    /// It is refused.
    case strict
}

/// What happens to another file under the name of a former job.
public enum SameNamePolicy: String, Sendable, CaseIterable {
    /// It becomes a job whose key carries a part of its hash.
    case version
    /// It goes to quarantine.
    case conflict
}

/// How log lines look.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people on a terminal and in the journal, JSON in files and pipes.
    case auto
    /// For people.
    case text
    /// One JSON object a line.
    case json
}

/// A local time of the day, to the minute.
public struct TimeOfDay: Sendable, Equatable, Hashable, CustomStringConvertible {
    /// 0 to 23.
    public let hour: Int
    /// 0 to 59.
    public let minute: Int

    /// Reads `06:00`; nil where the text is anything else.
    public init?(_ text: String) {
        let digits = text.utf8.map { Int($0) - 0x30 }
        guard digits.count == 5, digits[2] == 0x3A - 0x30 else { return nil }
        guard [0, 1, 3, 4].allSatisfy({ (0...9).contains(digits[$0]) }) else { return nil }
        hour = digits[0] * 10 + digits[1]
        minute = digits[3] * 10 + digits[4]
        guard hour < 24, minute < 60 else { return nil }
    }

    /// `06:00`.
    public var description: String {
        "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}
