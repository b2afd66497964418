/// The labels in config.json.
struct EncoderLabels {
    /// The most labels a model may have.
    static let countMaximum = 1 << 16

    /// The labels in the order of the scores.
    private(set) var names: [String] = []

    /// What a person should know of them.
    private(set) var warnings: [String] = []

    /// No labels.
    init() {}

    /// Reads `id2label`, or what stands for it where it is absent.
    ///
    /// - Throws: `ModelError` where indices are missing or two labels are equal.
    init(_ file: ConfigurationFile) throws(ModelError) {
        guard let value = file.members["id2label"] else {
            let count = try file.size("num_labels", absent: 2, in: 1...Self.countMaximum)
            names = (0..<count).map { "LABEL_\($0)" }
            return
        }
        guard let members = value.members, (1...Self.countMaximum).contains(members.count) else {
            throw file.wrong("id2label", value, "an object of 1 to \(Self.countMaximum) labels")
        }
        for index in 0..<members.count {
            guard let label = members[String(index)]?.text else {
                throw ModelError(
                    .corrupt,
                    "'\(file.path)' has \(members.count) labels in id2label, and none of the index \(index)."
                )
            }
            names.append(label)
        }
        try refuseEqualLabels(file)
        warnings = reverseWarnings(file)
    }

    private func refuseEqualLabels(_ file: ConfigurationFile) throws(ModelError) {
        var indices: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard let other = indices.updateValue(index, forKey: name) else { continue }
            throw ModelError(
                .corrupt,
                "'\(file.path)' calls both \(other) and \(index) '\(name)' in id2label: answers could not be told apart."
            )
        }
    }

    private func reverseWarnings(_ file: ConfigurationFile) -> [String] {
        guard let reverse = file.members["label2id"]?.members else { return [] }
        let differing = names.enumerated().first { reverse[$0.element] != .integer($0.offset) }
        return differing.map {
            ["its label2id says something else of '\($0.element)' than its id2label, which is followed"]
        } ?? []
    }
}
