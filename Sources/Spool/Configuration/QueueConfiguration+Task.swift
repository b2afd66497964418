public import BatchCore

extension OutputField {
    /// What every result line has, whatever the model does.
    static let ofEveryTask: [OutputField] = [.id, .line, .model, .inputTokens, .truncated, .windows]

    /// The fields that say what the model found.
    ///
    /// - Parameters:
    ///   - task: What the model does.
    ///   - outputs: The number of a regression's outputs.
    /// - Returns: The fields, in the order of a line.
    static func answers(of task: ModelTask, outputs: Int) -> [OutputField] {
        switch task {
        case .classification: [.label, .probability, .scores]
        case .multiLabel: [.labels, .label, .probability, .scores]
        case .regression: outputs == 1 ? [.value] : [.values]
        case .tokenClassification: [.entities]
        case .embedding: [.embedding]
        }
    }
}

extension QueueConfiguration.Output {
    /// The fields of a result line of this model.
    ///
    /// - Parameter model: The model that answers.
    /// - Returns: The fields in order, each once.
    public func fields(of model: any BatchModel) -> [OutputField] {
        fields ?? defaultFields(of: model)
    }

    private func defaultFields(of model: any BatchModel) -> [OutputField] {
        [.id, .line] + OutputField.answers(of: model.task, outputs: model.labels.count)
            + (explain > 0 ? [.explanation] : []) + [.model, .inputTokens, .truncated, .windows]
    }

    /// Every field that this model's lines can have.
    func possibleFields(of model: any BatchModel) -> [OutputField] {
        let further: [OutputField] = model.task == .regression && model.labels.count == 1 ? [.values] : []
        return defaultFields(of: model) + further + [.text]
    }

    /// Two names that cannot both be in a line, or a name that is given for nothing.
    ///
    /// - Parameter own: The fields of the line beside those of `pass`.
    /// - Returns: The key that is wrong and why; nil where every name is fine.
    func nameClash(among own: [OutputField]) -> (key: String, words: String)? {
        let own = own.map(\.rawValue)
        if let clash = passClash(with: own) { return clash }
        if let unknown = rename.keys.sorted().first(where: { !own.contains($0) && !pass.contains($0) }) {
            return ("output.rename", "renames '\(unknown)', which is in neither 'output.fields' nor 'output.pass'")
        }
        var seen: Set<String> = []
        if let twice = (own + pass).map(name(of:)).first(where: { !seen.insert($0).inserted }) {
            return ("output.rename", "gives two fields the name '\(twice)'")
        }
        return nil
    }

    /// A field of the input that has the name of one of the result.
    func passClash(with own: [String]) -> (key: String, words: String)? {
        guard let both = pass.first(where: own.contains) else { return nil }
        return (
            "output.pass",
            "has '\(both)', a field of the result as well; leave it out here or in 'output.fields'"
        )
    }
}

extension QueueConfiguration {
    /// Checks that the model can give what the queue writes.
    ///
    /// - Parameter model: The model that answers.
    /// - Throws: `ConfigurationError` that names the fields the model has.
    public func check(against model: any BatchModel) throws(ConfigurationError) {
        if let gap = output.dialectGap(of: model) { throw contradiction(gap.key, gap.words) }
        if output.explain > 0 { try checkExplanation(of: model) }
        if let problem = monitorProblem(with: model) { throw contradiction(problem.key, problem.words) }
        if !output.format.hasFixedFields { try checkFields(of: model) }
    }

    private func checkFields(of model: any BatchModel) throws(ConfigurationError) {
        if output.explain == 0, output.fields?.contains(.explanation) == true {
            throw contradiction(
                "output.fields",
                "has 'explanation', but 'explain' is 0; write, for example, 'explain: 5'"
            )
        }
        let possible = output.possibleFields(of: model)
        if let foreign = output.fields?.first(where: { !possible.contains($0) }) {
            throw contradiction(
                "output.fields",
                "has '\(foreign.rawValue)', which \(model.task.words) does not give; "
                    + "\(model.identity.reference) has \(possible.map(\.rawValue).joined(separator: ", "))"
            )
        }
        if let clash = output.nameClash(among: output.fields(of: model)) {
            throw contradiction(clash.key, clash.words)
        }
    }

    private func checkExplanation(of model: any BatchModel) throws(ConfigurationError) {
        guard model.explanationPasses > 0 else {
            throw contradiction(
                "explain",
                "is \(output.explain), but answers of \(model.identity.reference), \(model.task.words), are not "
                    + "explained; explained are one label of several, and one number"
            )
        }
        if let fields = output.fields, !fields.contains(.explanation) {
            throw contradiction(
                "explain",
                "is \(output.explain), but 'output.fields' has no 'explanation'; add it there, or leave 'explain' out"
            )
        }
    }

    private func contradiction(_ key: String, _ words: String) -> ConfigurationError {
        ConfigurationError(code: .contradiction, file: "queue.yaml", key: key, message: "'\(key)' \(words)")
    }
}
