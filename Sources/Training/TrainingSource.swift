/// One file of labelled texts, and what is to be made of it.
public struct TrainingSource: Sendable, Equatable, Codable {
    /// The JSON Lines file, `.jsonl`, `.ndjson`, or either with `.zst`.
    public var path: String

    /// The field that holds the label, `label` where nothing else is said.
    public var labelField: String?

    /// The label of every text, whatever the file says; nil to read it.
    public var label: String?

    /// The labels that were to choose from when the file was labelled; nil for all.
    public var candidates: [String]?

    /// How much each text counts; 1 where nothing else is said.
    public var weight: Float?

    /// Texts to learn from at most, the first ones; nil for all.
    public var limit: Int?

    /// Also learn from the clauses of each text; nil for not.
    public var clauses: Clauses?

    /// Which clauses of a text are learned from, and how much they count.
    public struct Clauses: Sendable, Equatable, Codable {
        /// How much each clause counts.
        public var weight: Float

        /// The shortest clause, in code points.
        public var minimum: Int

        /// The longest clause, in code points.
        public var maximum: Int

        /// How many clauses from the beginning, and from the end, are taken; nil for all.
        public var edges: Int?

        /// Creates a choice of clauses.
        public init(weight: Float, minimum: Int, maximum: Int, edges: Int? = nil) {
            self.weight = weight
            self.minimum = minimum
            self.maximum = maximum
            self.edges = edges
        }
    }

    /// Creates a source.
    public init(
        path: String,
        labelField: String? = nil,
        label: String? = nil,
        candidates: [String]? = nil,
        weight: Float? = nil,
        limit: Int? = nil,
        clauses: Clauses? = nil
    ) {
        self.path = path
        self.labelField = labelField
        self.label = label
        self.candidates = candidates
        self.weight = weight
        self.limit = limit
        self.clauses = clauses
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case labelField = "label_field"
        case label
        case candidates
        case weight
        case limit
        case clauses
    }
}
