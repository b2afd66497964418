import Foundation
import Testing

@testable import Models

@Suite struct SafetensorsDirectoryTests {
    private let index = "model.safetensors.index.json"

    @Test func shardsAreOneModel() throws {
        let directory = try SafetensorsDirectory(EncoderFixture.path("bert-bare-sharded"))
        #expect(directory.files.count == 3)
        #expect(directory.names.count == 39)
        #expect(try directory.values(of: "embeddings.LayerNorm.weight").count == 32)
    }

    @Test func shardsOutsideTheDirectoryAreRefused() throws {
        for name in ["../model-00001-of-00003.safetensors", "/etc/passwd", "..", ".safetensors", "a/b.safetensors"] {
            try EncoderFixture.withCopy(of: "bert-bare-sharded") { copy in
                try copy.replace("model-00001-of-00003.safetensors", with: name, in: index)
                let text = try #require(message { _ = try SafetensorsDirectory(copy.directory) })
                #expect(text.contains("'\(name)'") && text.contains("same directory"))
            }
        }
    }

    @Test func aMissingShardIsNamed() throws {
        try EncoderFixture.withCopy(of: "bert-bare-sharded") { copy in
            try FileManager.default.removeItem(at: copy.file("model-00002-of-00003.safetensors"))
            let text = message { _ = try SafetensorsDirectory(copy.directory) }
            #expect(text?.contains("model-00002-of-00003.safetensors") == true)
        }
    }

    @Test func anIndexThatMisplacesATensorIsRefused() throws {
        try EncoderFixture.withCopy(of: "bert-bare-sharded") { copy in
            try copy.replace(
                #""embeddings.LayerNorm.bias": "model-00001"#,
                with: #""embeddings.LayerNorm.bias": "model-00002"#,
                in: index
            )
            let text = message { _ = try SafetensorsDirectory(copy.directory) }
            #expect(text?.contains("'embeddings.LayerNorm.bias'") == true)
            #expect(text?.contains("does not hold it") == true)
        }
    }

    @Test func aTensorInTwoShardsIsRefused() throws {
        try EncoderFixture.withCopy(of: "bert-bare-sharded") { copy in
            let second = copy.file("model-00002-of-00003.safetensors")
            try FileManager.default.removeItem(at: second)
            try FileManager.default.copyItem(at: copy.file("model-00001-of-00003.safetensors"), to: second)
            #expect(message { _ = try SafetensorsDirectory(copy.directory) }?.contains("and again in") == true)
        }
    }

    @Test func aDirectoryWithoutWeightsSaysWhatIsRead() throws {
        try ModelFixture.withDirectory { folder in
            #expect(message { _ = try SafetensorsDirectory(folder) }?.contains("neither model.safetensors nor") == true)
        }
    }
}
