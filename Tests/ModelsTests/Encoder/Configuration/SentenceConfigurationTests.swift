import Foundation
import Testing

@testable import Models

@Suite struct SentenceConfigurationTests {
    private func refusal(_ old: String, _ new: String, in file: String) throws -> String? {
        var found: String?
        try EncoderFixture.withCopy(of: "sentence-mean") { copy in
            try copy.replace(old, with: new, in: file)
            found = message { _ = try EncoderConfiguration(directory: copy.directory) }
        }
        return found
    }

    @Test func poolingAndNormalisingAreThoseOfTheModules() throws {
        func head(_ name: String) throws -> EncoderHead {
            try EncoderConfiguration(directory: EncoderFixture.path(name)).head
        }
        #expect(try head("sentence-mean") == .embedding(EmbeddingRecipe(pooling: .mean, normalises: true)))
        #expect(try head("sentence-cls") == .embedding(EmbeddingRecipe(pooling: .cls, normalises: false)))
        #expect(try head("sentence-max") == .embedding(EmbeddingRecipe(pooling: .max, normalises: true)))
    }

    @Test func unknownModulesAreRefusedByName() throws {
        let text = try refusal("models.Normalize", "models.Dense", in: "modules.json")
        #expect(text?.contains("Transformer, Pooling, Dense") == true)
    }

    @Test func otherPoolingIsRefusedByName() throws {
        let file = "1_Pooling/config.json"
        let last = try refusal(#"mean_tokens": true"#, #"lasttoken": true"#, in: file)
        #expect(last?.contains("pooling_mode_lasttoken") == true)
        let two = try refusal(#"max_tokens": false"#, #"max_tokens": true"#, in: file)
        #expect(two?.contains("pooling_mode_max_tokens with pooling_mode_mean_tokens") == true)
    }

    @Test(arguments: ["../1_Pooling", "/etc", ".."])
    func foldersOutsideTheDirectoryAreRefused(folder: String) throws {
        #expect(try refusal("1_Pooling", folder, in: "modules.json")?.contains("Module 1") == true)
    }
}
