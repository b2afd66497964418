import BatchCore

extension QueueConfiguration.Output {
    /// What a dialect with lines of its own cannot be told; nil where there is nothing.
    ///
    /// - Returns: The key that is wrong and why.
    var dialectClash: (key: String, words: String)? {
        if fields != nil {
            return (
                "output.fields",
                "cannot choose among the fields of '\(format.rawValue)', whose lines have a shape of their own; "
                    + "leave it out, or write 'output.format: native' or csv"
            )
        }
        if explain > 0 {
            return (
                "explain",
                "is \(explain), and lines of '\(format.rawValue)' have no place for explanations; leave it out, or "
                    + "write 'output.format: native' or csv"
            )
        }
        if format == .fasttext, !pass.isEmpty {
            return (
                "output.pass",
                "has '\(pass[0])', and lines of 'fasttext' hold labels and probabilities alone; "
                    + "leave it out, or write 'output.format: native' or csv"
            )
        }
        if let own = rename.keys.sorted().first(where: { !pass.contains($0) }) {
            return (
                "output.rename",
                "renames '\(own)', and 'output.format: \(format.rawValue)' lets nothing be renamed but the fields of "
                    + "'output.pass'"
            )
        }
        if format == .comprehend, let taken = pass.first(where: { ComprehendDialect.members.contains(name(of: $0)) }) {
            return ("output.pass", "has '\(taken)', a field of Comprehend's lines as well; give it another name")
        }
        return nameClash(among: [])
    }

    /// What the dialect cannot say of a model's answers; nil where it can say all.
    ///
    /// - Parameter model: The model that answers.
    /// - Returns: The key that is wrong and why.
    func dialectGap(of model: any BatchModel) -> (key: String, words: String)? {
        if format == .csv { return columnClash(of: model) }
        guard format.says(model.task) else {
            return (
                "output.format",
                "is '\(format.rawValue)', which has no words for \(model.task.words), what "
                    + "\(model.identity.reference) does; write 'native' or 'csv'"
            )
        }
        if format == .fasttext, let label = model.labels.first(where: { $0.contains(where: \.isWhitespace) }) {
            return (
                "output.format",
                "is 'fasttext', which sets labels apart by blanks, and \(model.identity.reference) has the label "
                    + "'\(label)'; write 'native' or 'csv'"
            )
        }
        return nil
    }

    private func columnClash(of model: any BatchModel) -> (key: String, words: String)? {
        // No other name would tell the two apart: rename means both by the name that they share.
        if let clash = passClash(with: fields(of: model).map(\.rawValue)) { return clash }
        var seen: Set<String> = []
        guard let twice = columnNames(of: model).first(where: { !seen.insert($0).inserted }) else { return nil }
        return ("output.rename", "must give one of the two columns '\(twice)' of the CSV file another name")
    }
}

extension ResultFormat {
    /// Whether the dialect has words for what a model does.
    fileprivate func says(_ task: ModelTask) -> Bool {
        switch (self, task) {
        case (.native, _), (.csv, _), (_, .classification), (_, .multiLabel): true
        case (.openai, .embedding), (.comprehend, .tokenClassification): true
        default: false
        }
    }
}
