internal import FoundationEssentials

/// A training written down: labels, sources and options, so that it can be repeated.
public struct TrainingRecipe: Sendable, Equatable, Codable {
    /// The labels, in the order of the model's scores; nil for those of the data, sorted.
    public var labels: [String]?

    /// What to learn from; paths are relative to the data folder.
    public var sources: [TrainingSource]

    /// Files whose texts must not be learned from, such as those the model is measured on; nil for none.
    public var exclude: [String]?

    /// Creates a recipe.
    public init(labels: [String]? = nil, sources: [TrainingSource], exclude: [String]? = nil) {
        self.labels = labels
        self.sources = sources
        self.exclude = exclude
    }

    /// Reads a recipe from a JSON file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - folder: What the sources' paths are relative to.
    /// - Returns: The recipe, its paths with the folder before them.
    /// - Throws: `TrainingError` where the file cannot be read or is no recipe.
    public static func read(_ path: String, folder: String) throws -> TrainingRecipe {
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            var recipe = try JSONDecoder().decode(TrainingRecipe.self, from: data)
            for index in recipe.sources.indices {
                recipe.sources[index].path = "\(folder)/\(recipe.sources[index].path)"
            }
            recipe.exclude = recipe.exclude?.map { "\(folder)/\($0)" }
            return recipe
        } catch {
            throw TrainingError("The recipe '\(path)' cannot be read: \(error)")
        }
    }

    /// Reads all sources.
    ///
    /// - Returns: The texts; their labels as the recipe orders them, or sorted.
    /// - Throws: `TrainingError` with the file and line of what is wrong.
    public func texts() throws -> LabelledTexts {
        var texts = LabelledTexts(labels: labels ?? [])
        let excluded = try (exclude ?? []).reduce(into: Set<TextKey>()) { keys, path in
            keys.formUnion(try LabelledTextReader.keys(of: path))
        }
        let reader = LabelledTextReader(addsLabels: labels == nil, excluded: excluded)
        for source in sources {
            try reader.read(source, into: &texts)
        }
        if labels == nil { texts.sortLabels() }
        return texts
    }
}
