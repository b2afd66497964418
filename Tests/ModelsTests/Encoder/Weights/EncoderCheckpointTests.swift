import Foundation
import Testing

@testable import Models

@Suite struct EncoderCheckpointTests {
    private func refusal(_ name: String, _ change: (EncoderFixture) throws -> Void) throws -> String? {
        var found: String?
        try EncoderFixture.withCopy(of: name) { copy in
            try change(copy)
            found = message { try EncoderCheckpoint(directory: copy.directory).checkValues() }
        }
        return found
    }

    @Test(arguments: EncoderFixture.names)
    func everyFixtureIsRead(name: String) throws {
        let checkpoint = try EncoderCheckpoint(directory: EncoderFixture.path(name), refusesNonFinite: true)
        let configuration = checkpoint.configuration
        #expect(checkpoint.unusedTensors.isEmpty)
        #expect(try checkpoint.positionEmbeddings().rows == 26)
        #expect(try checkpoint.typeEmbeddings()?.rows ?? 0 == configuration.typeCount)
        #expect(try checkpoint.embeddingNorm().gain.count == configuration.embeddingSize)
        #expect(try checkpoint.embeddingProjection()?.weight.rows == (name == "electra-sequence" ? 24 : nil))
        for index in 0..<configuration.layerCount {
            let layer = try checkpoint.layer(index)
            #expect(layer.intermediate.weight.rows == configuration.intermediateSize)
            #expect(layer.output.weight.columns == configuration.intermediateSize)
            #expect(layer.query != layer.key && layer.attentionNorm != layer.outputNorm)
        }
        try checkpoint.checkValues()
    }

    @Test(arguments: ["bert-sequence", "bert-tokens-f16", "electra-tokens-bf16"], [1, 100, 1 << 20])
    func wordEmbeddingsAreReadInRuns(name: String, elementsMaximum: Int) throws {
        let checkpoint = try EncoderCheckpoint(directory: EncoderFixture.path(name))
        let columns = checkpoint.configuration.embeddingSize
        var whole: [Float] = []
        try checkpoint.forEachWordRows(elementsMaximum: elementsMaximum) { first, rows in
            #expect(first == whole.count / columns && rows.columns == columns)
            #expect(rows.rows == 1 || rows.values.count <= elementsMaximum)
            whole += rows.values
        }
        let word = try #require(checkpoint.tensors.names.first { $0.hasSuffix("word_embeddings.weight") })
        let expected = try checkpoint.tensors.values(of: word)
        #expect(whole == expected && whole.count == 60 * columns)
    }

    @Test(arguments: [
        ("bert-sequence", HeadWeights.Activation.tanh), ("distilbert-sequence", .relu), ("roberta-sequence", .tanh),
        ("xlm-roberta-multi-label", .tanh), ("electra-sequence", .gelu),
    ])
    func headsOfTextsHaveTheirFamilysDenseLayer(name: String, activation: HeadWeights.Activation) throws {
        let checkpoint = try EncoderCheckpoint(directory: EncoderFixture.path(name))
        let head = try checkpoint.head()
        #expect(head.dense?.weight.rows == checkpoint.configuration.hiddenSize)
        #expect(head.denseActivation == activation)
        #expect(head.classifier?.weight.rows == checkpoint.configuration.labels.count)
    }

    @Test func headsOfTokensAndEmbeddingsHaveNone() throws {
        let tokens = try EncoderCheckpoint(directory: EncoderFixture.path("bert-tokens-f16")).head()
        #expect(tokens.dense == nil && tokens.classifier?.bias.count == 5)
        let embedding = try EncoderCheckpoint(directory: EncoderFixture.path("sentence-mean")).head()
        #expect(embedding.dense == nil && embedding.classifier == nil)
    }

    @Test func aWrongShapeIsRefusedWithBothShapes() throws {
        let name = "bert.encoder.layer.1.attention.self.key.weight"
        let text = try refusal("bert-sequence") { copy in
            try copy.rewrite(header: { header in
                let part = #""\#(name)":{"dtype":"F32","shape":"#
                return header.replacing("\(part)[24,24]", with: "\(part)[48,12]")
            })
        }
        #expect(text?.hasPrefix("Tensor '\(name)' is [48, 12], expected [24, 24], in '") == true)
        #expect(text?.hasSuffix("bert-sequence/model.safetensors'.") == true)
    }

    @Test func aMissingTensorIsNamed() throws {
        let text = try refusal("bert-sequence") { copy in
            try copy.rewrite(header: { $0.replacing("bert.pooler.dense.bias", with: "bert.pooler.dense.bios") })
        }
        #expect(text?.contains("Tensor 'bert.pooler.dense.bias' is missing, expected [24]") == true)
    }

    @Test func layersThatTheWeightsDoNotHaveAreMissing() throws {
        let text = try refusal("electra-sequence") { copy in
            try copy.replace(#""num_hidden_layers": 2"#, with: #""num_hidden_layers": 3"#, in: "config.json")
        }
        #expect(text?.contains("'electra.encoder.layer.2.attention.self.query.weight' is missing") == true)
    }

    @Test func layersThatTheConfigurationDoesNotHaveAreNamed() throws {
        try EncoderFixture.withCopy(of: "electra-sequence") { copy in
            try copy.replace(#""num_hidden_layers": 2"#, with: #""num_hidden_layers": 1"#, in: "config.json")
            let unused = try EncoderCheckpoint(directory: copy.directory).unusedTensors
            #expect(unused.count == 16 && unused.allSatisfy { $0.hasPrefix("electra.encoder.layer.1.") })
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func aWeightThatIsNotFiniteIsRefusedByNameAndIndex(value: Float) throws {
        let tensor = "bert.encoder.layer.0.intermediate.dense.weight"
        try EncoderFixture.withCopy(of: "bert-sequence") { copy in
            let begin = try copy.offsets(of: tensor).lowerBound + 17 * 4
            try copy.rewrite(data: { data in
                withUnsafeBytes(of: value) { data.replaceSubrange(begin..<(begin + 4), with: $0) }
            })
            let unchecked = try EncoderCheckpoint(directory: copy.directory)
            #expect(try unchecked.layer(0).intermediate.weight.values[17].isFinite == false)
            let checked = try EncoderCheckpoint(directory: copy.directory, refusesNonFinite: true)
            let expected = "Tensor '\(tensor)' is \(value) at index 17 of 888"
            #expect(message { _ = try checked.layer(0) }?.contains(expected) == true)
            #expect(message { try unchecked.checkValues() }?.contains(expected) == true)
        }
    }

    @Test func anInfiniteFloat16IsRefused() throws {
        let text = try refusal("bert-tokens-f16") { copy in
            let begin = try copy.offsets(of: "classifier.bias").lowerBound + 2 * 2
            try copy.rewrite(data: { $0.replaceSubrange(begin..<(begin + 2), with: [0x00, 0x7C]) })
        }
        #expect(text?.contains("Tensor 'classifier.bias' is inf at index 2 of 5") == true)
    }
}
