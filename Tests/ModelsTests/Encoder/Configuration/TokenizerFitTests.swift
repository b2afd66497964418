import BatchCore
import Foundation
import Testing

@testable import Models

/// What a tokenizer gives and a model cannot compute is refused before the first text.
@Suite struct TokenizerFitTests {
    /// What both adding and loading a changed fixture say.
    private func refusals(_ change: (EncoderFixture) throws -> Void) throws -> [String] {
        var found: [String?] = []
        try EncoderFixture.withCopy(of: "bert-sequence") { copy in
            try change(copy)
            try ModelFixture.withDirectory { root in
                found.append(message { _ = try ModelRegistry(root: root).add(name: "topic", from: copy.directory) })
            }
            found.append(message { _ = try ModelDirectory(copy.directory).load() })
        }
        return try found.map { try #require($0) }
    }

    @Test func idsOfTheTemplateAreBelowTheVocabulary() throws {
        for text in try refusals({ try $0.replace(#""ids":[3]"#, with: #""ids":[60]"#, in: "tokenizer.json") }) {
            #expect(text.contains("has ids up to 60, and the model's vocab_size is 60"))
        }
    }

    @Test func addedTokensAreBelowTheVocabularyByTheNumbersTheyAreGiven() throws {
        let token = #"{"id":1,"content":"[NEW]","special":true},"#
        for text in try refusals({ copy in
            try copy.replace(#""added_tokens":["#, with: #""added_tokens":["# + token, in: "tokenizer.json")
            let pieces = (0..<11).map { #","x\#($0)":48"# }.joined()
            try copy.replace(":48}", with: ":48\(pieces)}", in: "tokenizer.json")
        }) {
            #expect(text.contains("has ids up to 60, and the model's vocab_size is 60"), "\(text)")
        }
    }

    @Test func typesOfTheTemplateAreBelowTheModels() throws {
        for text in try refusals({ copy in
            try copy.replace(#""id":"B","type_id":1"#, with: #""id":"B","type_id":2"#, in: "tokenizer.json")
        }) {
            #expect(text.contains("gives tokens the type 2, and the model has types up to 1"))
        }
    }

    @Test func aTemplateLeavesRoomForText() throws {
        for text in try refusals({ try $0.replace("24", with: "2", in: "tokenizer_config.json") }) {
            #expect(text.contains("puts 2 special tokens around a text, and with at most 2 tokens"))
        }
        for text in try refusals({ try $0.replace("24", with: "4", in: "tokenizer_config.json") }) {
            #expect(text.contains("puts 3 special tokens around two texts, and with at most 4 tokens"))
        }
    }

    @Test func aTokenizerFromTheCacheIsChecked() throws {
        try ModelFixture.withDirectory { root in
            let registry = ModelRegistry(root: root)
            let added = try registry.add(name: "topic", from: EncoderFixture.path("sentence-mean"))
            _ = try ModelDirectory(added.path).load()
            try Data(#"{"max_seq_length": 2}"#.utf8)
                .write(to: URL(filePath: "\(added.path)/sentence_bert_config.json"))
            #expect(message { _ = try ModelDirectory(added.path).load() }?.contains("special tokens") == true)
        }
    }

    @Test func anEmptyTextWithoutTemplateIsTheUnknownToken() throws {
        try EncoderFixture.withCopy(of: "bert-sequence") { copy in
            let url = copy.file("tokenizer.json")
            var document = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
            document["post_processor"] = NSNull()
            try JSONSerialization.data(withJSONObject: document).write(to: url)
            let model = try ModelDirectory(copy.directory).load()
            let session = try model.makeSession()
            var batch = PackedBatch()
            let nothing: [UInt8] = []
            let a = Array("a".utf8)
            _ = session.encode(nothing.span, pair: nil, onLong: .window, into: &batch)
            _ = session.encode(nothing.span, pair: nothing.span, onLong: .truncate, into: &batch)
            _ = session.encode(nothing.span, pair: a.span, onLong: .truncate, into: &batch)
            #expect(batch.tokens == [1, 1, 5] && batch.types == [0, 0, 1] && batch.recordCount == 3)
            var rows = PredictionRows(columns: model.valuesPerRecord)
            try session.predict(batch, into: &rows)
            #expect(rows.count == 3)
        }
    }
}
