import BatchCore
import Foundation
import Testing

@testable import Models

@Suite struct EncoderConfigurationTests {
    /// Runs a test on a directory with a config.json of this content.
    private func read<Value>(_ json: String, _ body: (String) throws -> Value) throws -> Value {
        var found: Value?
        try ModelFixture.withDirectory { folder in
            try Data(json.utf8).write(to: URL(filePath: "\(folder)/config.json"))
            found = try body(folder)
        }
        return try #require(found)
    }

    private func refusal(_ json: String) throws -> String? {
        try read(json) { folder in message { _ = try EncoderConfiguration(directory: folder) } }
    }

    private func configuration(_ json: String) throws -> EncoderConfiguration {
        try read(json) { try EncoderConfiguration(directory: $0) }
    }

    @Test func whatIsAbsentIsWhatTransformersTakes() throws {
        let bert = try configuration(#"{"model_type": "bert"}"#)
        #expect(bert.hiddenSize == 768 && bert.layerCount == 12 && bert.intermediateSize == 3072)
        #expect(bert.tokenLimit == 512 && bert.typeCount == 2 && bert.normEpsilon == 1e-12)
        #expect(bert.head == .embedding(EmbeddingRecipe(pooling: .mean, normalises: true)))
        #expect(bert.task == .embedding(dimensions: 768))
        #expect(bert.warnings.first?.contains("mean over all tokens, normalised") == true)
        let electra = try configuration(#"{"model_type": "electra"}"#)
        #expect(electra.hiddenSize == 256 && electra.embeddingSize == 128 && electra.headCount == 4)
        let distilbert = try configuration(#"{"architectures": ["DistilBertModel"]}"#)
        #expect(distilbert.layerCount == 6 && distilbert.typeCount == 0)
    }

    @Test func positionsOfRoBERTaBeginAfterThePaddingId() throws {
        let found = try configuration(
            #"{"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1, "type_vocab_size": 1}"#
        )
        #expect(found.positionOffset == 2 && found.paddingIdentifier == 1)
        #expect(found.tokenLimit == 512)
        let bert = try configuration(#"{"model_type": "bert", "pad_token_id": 1}"#)
        #expect(bert.positionOffset == 0 && bert.paddingIdentifier == nil)
    }

    @Test func theHeadFollowsFromArchitectureAndProblem() throws {
        func head(_ architecture: String, _ more: String = "") throws -> EncoderHead {
            try configuration(#"{"model_type": "bert", "architectures": ["\#(architecture)"]\#(more)}"#).head
        }
        let sequence = "BertForSequenceClassification"
        let one = #", "id2label": {"0": "score"}"#
        #expect(try head(sequence) == .classification(.singleLabel))
        #expect(try head(sequence, one) == .classification(.regression))
        #expect(try head(sequence, #", "problem_type": "regression""#) == .classification(.regression))
        let multiLabel = #", "problem_type": "multi_label_classification""#
        #expect(try head(sequence, multiLabel) == .classification(.multiLabel))
        let singleLabel = #", "problem_type": "single_label_classification""#
        #expect(try head(sequence, one + singleLabel) == .classification(.multiLabel))
        #expect(try head("BertForTokenClassification") == .tokenClassification)
        for name in ["BertModel", "BertForMaskedLM", "BertForPreTraining"] {
            #expect(try head(name) == .embedding(EmbeddingRecipe(pooling: .mean, normalises: true)))
        }
    }

    @Test func labelsStandInTheOrderOfTheirIndices() throws {
        func text(_ more: String) -> String {
            #"{"model_type": "bert", "architectures": ["BertForSequenceClassification"], \#(more)}"#
        }
        let names = (0..<11).map { #""\#((10 - $0))": "label \#(10 - $0)""# }.joined(separator: ", ")
        let labels = try configuration(text(#""id2label": {\#(names)}"#)).labels
        #expect(labels == (0..<11).map { "label \($0)" })
        #expect(try configuration(text(#""num_labels": 3"#)).labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
        let gap = try refusal(text(#""id2label": {"0": "a", "2": "b"}"#))
        #expect(gap?.contains("none of the index 1") == true)
        let equal = try refusal(text(#""id2label": {"0": "a", "1": "a"}"#))
        #expect(equal?.contains("both 0 and 1 'a'") == true)
        let reversed = text(#""id2label": {"0": "a", "1": "b"}, "label2id": {"a": 1, "b": 0}"#)
        #expect(try configuration(reversed).warnings.first?.contains("label2id") == true)
    }

    @Test(arguments: [
        (#""model_type": "gpt2""#, "model_type 'gpt2'"),
        (#""model_type": "bert", "architectures": ["BertForQuestionAnswering"]"#, "'BertForQuestionAnswering'"),
        (#""model_type": "bert", "architectures": ["BertLMHeadModel"]"#, "'BertLMHeadModel'"),
        (#""model_type": "bert", "position_embedding_type": "relative_key""#, "'relative_key'"),
        (#""model_type": "bert", "is_decoder": true"#, "is_decoder"),
        (#""model_type": "bert", "add_cross_attention": true"#, "add_cross_attention"),
        (#""model_type": "bert", "hidden_act": "gelu_10""#, "'gelu_10'"),
        (#""model_type": "bert", "hidden_size": 770"#, "770 and 12 attention heads"),
        (
            #""model_type": "bert", "hidden_size": 1028, "num_attention_heads": 4"#,
            "1028 and 4 attention heads: heads of 257 numbers, and at most 256"
        ),
        (#""model_type": "bert", "hidden_size": 20000"#, "hidden_size 20000; from 1 to 16384"),
        (#""model_type": "bert", "num_hidden_layers": 257"#, "num_hidden_layers 257; from 1 to 256"),
        (#""model_type": "bert", "vocab_size": -1"#, "vocab_size -1"),
        (#""model_type": "bert", "hidden_size": "768""#, "a string for hidden_size"),
        (#""model_type": "bert", "layer_norm_eps": -1"#, "layer_norm_eps -1"),
        (#""model_type": "bert", "quantization_config": {"bits": 4}"#, "quantization_config"),
        (#""model_type": "bert", "model_type": "bert""#, "'model_type' comes a second time"),
        (#""hidden_size": 768"#, "no model_type"),
    ])
    func whatCannotBeRunIsRefusedByName(members: String, expected: String) throws {
        let text = try #require(try refusal("{\(members)}"))
        #expect(text.contains(expected) && text.contains("config.json"), "\(text)")
    }

    @Test func everyActivationThatTransformersComputesAlikeIsOne() {
        for name in ["gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate"] {
            #expect(EncoderActivation(configured: name) == .geluTanh)
        }
        #expect(EncoderActivation(configured: "gelu") == .gelu && EncoderActivation(configured: "swish") == .silu)
        #expect(EncoderActivation(configured: "quick_gelu") == nil)
    }

    @Test func theTokenLimitIsTheTokenizersOrThatOfTheSentences() throws {
        #expect(try EncoderConfiguration(directory: EncoderFixture.path("bert-sequence")).tokenLimit == 24)
        #expect(try EncoderConfiguration(directory: EncoderFixture.path("sentence-mean")).tokenLimit == 20)
        #expect(try EncoderConfiguration(directory: EncoderFixture.path("roberta-sequence")).tokenLimit == 24)
        #expect(try EncoderConfiguration(directory: EncoderFixture.path("electra-sequence")).tokenLimit == 26)
    }
}
