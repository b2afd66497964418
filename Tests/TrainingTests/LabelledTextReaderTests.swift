import Testing
import Training

@Suite struct LabelledTextReaderTests {
    private func read(_ content: String, labels: [String]? = nil) throws -> LabelledTexts {
        var texts = LabelledTexts(labels: labels ?? [])
        try TrainingFixture.withFile(content) { path in
            try LabelledTextReader(addsLabels: labels == nil).read(TrainingSource(path: path), into: &texts)
        }
        return texts
    }

    private func message(_ content: String, labels: [String]? = nil) -> String {
        do {
            _ = try read(content, labels: labels)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func textsAndLabelsAreTaken() throws {
        let texts = try read(
            """
            {"text": "a", "label": "x"}

            {"input_text": "b", "label": "y", "more": [1]}
            {"label": 7, "input": "c\\u4f60"}
            """
        )
        #expect(texts.count == 3)
        #expect(texts.labels == ["x", "y", "7"])
        #expect(texts.countByLabel == [1, 1, 1])
    }

    @Test func whatIsWrongIsSaidWithItsLine() {
        let good = #"{"text": "a", "label": "x"}"# + "\n"
        #expect(message(good + #"{"label": "x"}"#).contains("no text in line 2 of '"))
        #expect(message(good + #"{"text": "a"}"#).contains("no label in line 2 of '"))
        #expect(message(good + #"{"text": "a", "label": null}"#).contains("no label in line 2"))
        #expect(message(good + "{").contains("invalid_json_line in line 2"))
        #expect(message(good + #"{"text": "a", "label": "z"}"#, labels: ["x", "y"]).contains("'z' in line 2"))
    }

    @Test func aMissingFileIsNamed() {
        var texts = LabelledTexts(labels: [])
        #expect {
            try LabelledTextReader(addsLabels: true).read(TrainingSource(path: "/nowhere.jsonl"), into: &texts)
        } throws: { error in
            "\(error)".contains("'/nowhere.jsonl'")
        }
    }
}
