import Testing
import Training

@Suite struct TrainingRecipeTests {
    private static let data = """
        {"text": "Very good indeed! The rest was bad too.", "label": "b"}
        {"text": "Measured on this.", "label": "a"}
        """

    @Test func labelsAreSortedWhereNoneAreGiven() throws {
        try TrainingFixture.withFile(Self.data) { path in
            let texts = try TrainingRecipe(sources: [TrainingSource(path: path)]).texts()
            #expect(texts.labels == ["a", "b"])
            #expect(texts.countByLabel == [1, 1])
        }
    }

    @Test func excludedTextsAreLeftOutHoweverTheyAreWritten() throws {
        try TrainingFixture.withFile(#"{"text": "measured, on THIS"}"#) { excluded in
            try TrainingFixture.withFile(Self.data) { path in
                let recipe = TrainingRecipe(sources: [TrainingSource(path: path)], exclude: [excluded])
                let texts = try recipe.texts()
                #expect(texts.countByLabel == [1])
            }
        }
    }

    @Test func clausesAreLearnedFromToo() throws {
        try TrainingFixture.withFile(Self.data) { path in
            let clauses = TrainingSource.Clauses(weight: 0.1, minimum: 4, maximum: 60)
            let source = TrainingSource(path: path, label: "a", clauses: clauses)
            let texts = try TrainingRecipe(sources: [source]).texts()
            #expect(texts.count == 4)
        }
    }

    @Test func aRecipeIsReadFromJSON() throws {
        let json = """
            { "labels": ["a", "b"], "sources": [
              { "path": "x.jsonl", "weight": 0.5, "candidates": ["a"], "label_field": "l", "clauses":
                { "weight": 0.1, "minimum": 1, "maximum": 2, "edges": 2 } } ] }
            """
        try TrainingFixture.withFile(json, ending: "json") { path in
            let recipe = try TrainingRecipe.read(path, folder: "/data")
            #expect(recipe.sources[0].path == "/data/x.jsonl")
            #expect(recipe.sources[0].labelField == "l")
            #expect(recipe.sources[0].clauses?.edges == 2)
        }
        #expect(throws: TrainingError.self) { try TrainingRecipe.read("/nowhere.json", folder: ".") }
    }
}
