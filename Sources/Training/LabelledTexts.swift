/// Texts with labels, end to end in one buffer, as training and evaluation read them.
public struct LabelledTexts: Sendable {
    /// One text.
    struct Example: Sendable {
        var start: Int
        var count: Int
        var label: Int
        var group: Int
    }

    /// What all texts of one source have in common.
    public struct Group: Sendable, Equatable {
        /// How much each text counts, 1 for most.
        public var weight: Float

        /// The labels that were to choose from when the source was labelled, as column numbers; nil for all.
        public var candidates: [Int]?

        /// Creates a group.
        public init(weight: Float = 1, candidates: [Int]? = nil) {
            self.weight = weight
            self.candidates = candidates
        }
    }

    /// The names of the labels; an example's label is a position in here.
    public private(set) var labels: [String]

    private(set) var bytes: [UInt8] = []
    private(set) var examples: [Example] = []
    private(set) var groups: [Group] = []

    /// Creates an empty collection.
    ///
    /// - Parameter labels: The labels that texts may have.
    public init(labels: [String]) {
        self.labels = labels
    }

    /// The number of texts.
    public var count: Int { examples.count }

    /// The number of texts of each label.
    public var countByLabel: [Int] {
        examples.reduce(into: Array(repeating: 0, count: labels.count)) { $0[$1.label] += 1 }
    }

    /// Begins a group of texts.
    ///
    /// - Returns: The group's number.
    public mutating func begin(_ group: Group) -> Int {
        groups.append(group)
        return groups.count - 1
    }

    /// Adds a label to choose from.
    ///
    /// - Returns: Its position.
    mutating func addLabel(_ name: String) -> Int {
        labels.append(name)
        return labels.count - 1
    }

    /// Appends a text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - label: The position of its label in `labels`.
    ///   - group: The number of its group.
    /// - Precondition: The label and the group are there.
    public mutating func append(_ text: String, label: Int, group: Int) {
        precondition(labels.indices.contains(label) && groups.indices.contains(group), "label and group are there")
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        examples.append(Example(start: start, count: bytes.count - start, label: label, group: group))
    }

    /// Calls a closure with the bytes of one text.
    func withText<Result>(_ example: Example, _ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(example.start..<(example.start + example.count)))
    }

    /// Puts the labels into alphabetical order, so that they do not depend on the order of the texts.
    mutating func sortLabels() {
        let sorted = labels.sorted()
        let positions = labels.map { name in sorted.firstIndex(of: name) ?? 0 }
        for index in examples.indices {
            examples[index].label = positions[examples[index].label]
        }
        for index in groups.indices {
            groups[index].candidates = groups[index].candidates?.map { positions[$0] }
        }
        labels = sorted
    }
}
