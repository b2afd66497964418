import BatchCore
import Foundation
import Testing

@testable import Models

@Suite struct ModelAddTests {
    /// Adds a copy of a fixture after a change, which must fail, and gives the message; nothing may be left.
    private func refusal(_ name: String, _ change: (EncoderFixture) throws -> Void) throws -> String {
        var found: String?
        try EncoderFixture.withCopy(of: name) { copy in
            try change(copy)
            try ModelFixture.withDirectory { root in
                let registry = ModelRegistry(root: root)
                found = message { _ = try registry.add(name: "topic", from: copy.directory) }
                let list = try registry.list()
                #expect(list.map(\.identity.reference) == ["sentiment@1"])
                let rest = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/models/topic")) ?? []
                #expect(rest.allSatisfy { $0 == ".adding.lock" })
            }
        }
        return try #require(found)
    }

    @Test(arguments: EncoderFixture.names)
    func everyFixtureIsTakenIn(name: String) throws {
        try ModelFixture.withDirectory { root in
            let registry = ModelRegistry(root: root)
            let added = try registry.add(name: "topic", from: EncoderFixture.path(name))
            #expect(added.path == "\(root)/models/topic/1")
            #expect(try ModelDirectory(added.path).manifest() == added.manifest)
            let encoder = try #require(added.manifest.encoder)
            let copy = try EncoderCheckpoint(directory: added.path)
            let source = try EncoderCheckpoint(directory: EncoderFixture.path(name))
            #expect(copy.configuration == source.configuration)
            #expect(try copy.layer(1) == source.layer(1))
            #expect(
                encoder.parameters == source.parameterCount && encoder.tokenLimit == source.configuration.tokenLimit
            )
            #expect(try added.manifest.weightsSHA256 == EncoderFiles.digest(of: source.tensors))
        }
    }

    @Test func aTrainedLinearModelIsTakenInUnderItsNewName() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("trained", 7, root: "\(root)/elsewhere")
            let source = "\(root)/elsewhere/models/trained/7"
            let registry = ModelRegistry(root: root)
            var added = try registry.add(name: "topic", from: source)
            registry.pack(&added)
            #expect(added.path == "\(root)/models/topic/1" && added.warnings.isEmpty && added.packing == nil)
            let model = try registry.load(.version(name: "topic", 1))
            #expect(model.identity.reference == "topic@1")
            #expect(try model.identity.weightsSHA256 == ModelDirectory(source).manifest().weightsSHA256)
            #expect(try registry.add(name: "topic", from: source).manifest.version == 2)
        }
    }

    @Test(arguments: ["weights.bin", "model.json"])
    func aLinearModelThatWasChangedIsRefusedByItsOwnPath(file: String) throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("trained", 1, root: "\(root)/elsewhere")
            let source = "\(root)/elsewhere/models/trained/1"
            let handle = try FileHandle(forUpdating: URL(filePath: "\(source)/\(file)"))
            try handle.seek(toOffset: handle.seekToEnd() / 2)
            try handle.write(contentsOf: Data([0x7E]))
            try handle.close()
            let message = message { _ = try ModelRegistry(root: root).add(name: "topic", from: source) }
            #expect(message?.contains("\(source)/") == true)
            let rest = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/models/topic")) ?? []
            #expect(rest.allSatisfy { $0 == ".adding.lock" })
        }
    }

    @Test func theDigestIsThatOfTheFile() throws {
        try ModelFixture.withDirectory { root in
            let path = "\(root)/model.safetensors"
            let tensor = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
            try EncoderFixture.safetensors(header: tensor, data: Data(count: 4)).write(to: URL(filePath: path))
            // By sha256sum.
            let expected = "2063b4cc6b0e7999729ed21d38b27852430815ed4e09bd0deed9c31ca8586870"
            #expect(try EncoderFiles.digest(of: SafetensorsDirectory(root)) == expected)
        }
    }

    @Test func theSecondTimeGivesTheSecondVersion() throws {
        try ModelFixture.withDirectory { root in
            let registry = ModelRegistry(root: root)
            for version in 1...2 {
                let added = try registry.add(name: "topic", from: EncoderFixture.path("bert-sequence"))
                #expect(added.manifest.version == version)
            }
            #expect(try registry.list().map(\.identity.reference) == ["sentiment@1", "topic@1", "topic@2"])
            #expect(try registry.list()[1].encoder?.task == "classification")
            #expect(try registry.list()[1].labels == ["good", "fair", "bad"])
        }
    }

    @Test func theNameInsideTheBinaryBeginsWithTwo() throws {
        try ModelFixture.withDirectory { root in
            let added = try ModelRegistry(root: root).add(
                name: "sentiment",
                from: EncoderFixture.path("bert-sequence")
            )
            #expect(added.manifest.version == 2)
        }
    }

    @Test func namesThatClimbAreRefused() throws {
        try ModelFixture.withDirectory { root in
            for name in ["../x", "a/b", "", ".adding", "a b"] {
                let text = message {
                    _ = try ModelRegistry(root: root).add(name: name, from: EncoderFixture.path("bert-sequence"))
                }
                #expect(text?.contains("cannot name a model") == true)
            }
        }
    }

    @Test func whatItMeansForTextsIsSaid() throws {
        try ModelFixture.withDirectory { root in
            let registry = ModelRegistry(root: root)
            let names = ["bert-sequence", "roberta-sequence", "electra-sequence", "bert-bare-sharded"]
            let warnings = try names.map { try registry.add(name: "topic", from: EncoderFixture.path($0)).warnings }
            #expect(warnings[0].isEmpty)
            #expect(warnings[1] == ["its tokenizer is of kind BPE: text support is still to come, it runs on ids only"])
            #expect(warnings[2] == ["it has no tokenizer: it runs on ids only"])
            #expect(warnings[3].first?.contains("no modules.json") == true)
        }
    }

    @Test func aVocabularyThatDoesNotFitIsRefused() throws {
        let text = try refusal("bert-sequence") { copy in
            try copy.replace(#""[MASK]":4,"#, with: #""[MASK]":4,"extra":60,"#, in: "tokenizer.json")
        }
        #expect(text.contains("ids up to 60") && text.contains("vocab_size is 60"))
        #expect(text.contains("bert-sequence") && !text.contains(".adding"))
        let lines = try refusal("bert-sequence") { copy in
            try FileManager.default.removeItem(at: copy.file("tokenizer.json"))
            let vocabulary = try String(contentsOf: copy.file("vocab.txt"), encoding: .utf8)
            let more = (vocabulary.split(separator: "\n").count..<61).map { "extra\($0)\n" }.joined()
            try Data((vocabulary + more).utf8).write(to: copy.file("vocab.txt"))
        }
        #expect(lines.contains("ids up to 60"))
    }

    @Test func aWeightThatIsNotFiniteIsRefused() throws {
        let text = try refusal("bert-sequence") { copy in
            let begin = try copy.offsets(of: "classifier.bias").lowerBound + 4
            try copy.rewrite(data: { $0.replaceSubrange(begin..<(begin + 4), with: [0, 0, 0xC0, 0x7F]) })
        }
        #expect(text.contains("Tensor 'classifier.bias' is nan at index 1 of 3"))
        #expect(text.contains("bert-sequence/model.safetensors") && !text.contains(".adding"))
    }

    @Test func whatIsNoRegularFileIsRefused() throws {
        for name in ["vocab.txt", "tokenizer.json", "model.safetensors", "config.json"] {
            let text = try refusal("bert-sequence") { copy in
                try FileManager.default.removeItem(at: copy.file(name))
                #expect(mkfifo(copy.file(name).path(percentEncoded: false), 0o600) == 0)
            }
            #expect(text.contains("\(name)' is no regular file"))
        }
        let folder = try refusal("bert-sequence") { copy in
            try FileManager.default.removeItem(at: copy.file("vocab.txt"))
            try FileManager.default.createDirectory(at: copy.file("vocab.txt"), withIntermediateDirectories: false)
        }
        #expect(folder.contains("vocab.txt' is no regular file"))
    }

    @Test func linksToFilesAreFollowed() throws {
        try EncoderFixture.withCopy(of: "bert-sequence") { copy in
            let blob = "\(copy.directory)/../blob"
            try FileManager.default.moveItem(atPath: "\(copy.directory)/model.safetensors", toPath: blob)
            try FileManager.default.createSymbolicLink(
                atPath: "\(copy.directory)/model.safetensors",
                withDestinationPath: "../blob"
            )
            try ModelFixture.withDirectory { root in
                let added = try ModelRegistry(root: root).add(name: "topic", from: copy.directory)
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(added.path)/model.safetensors")
                #expect(attributes[.type] as? FileAttributeType == .typeRegular)
            }
        }
    }

    @Test func whatAKilledAdditionLeftIsSwept() throws {
        try ModelFixture.withDirectory { root in
            let rest = "\(root)/models/topic/.adding-1"
            try FileManager.default.createDirectory(atPath: rest, withIntermediateDirectories: true)
            let registry = ModelRegistry(root: root)
            #expect(try registry.add(name: "topic", from: EncoderFixture.path("bert-sequence")).manifest.version == 1)
            #expect(!FileManager.default.fileExists(atPath: rest))
        }
    }

    @Test func aSecondAdditionAtTheSameTimeIsToldToWait() throws {
        try ModelFixture.withDirectory { root in
            let first = try ModelStaging(in: "\(root)/models/topic")
            let text = message {
                _ = try ModelRegistry(root: root).add(name: "topic", from: EncoderFixture.path("bert-sequence"))
            }
            #expect(text?.contains("Try again") == true)
            #expect(FileManager.default.fileExists(atPath: first.path))
        }
    }

    @Test func aBareDirectoryDescribesItself() throws {
        try EncoderFixture.withCopy(of: "bert-sequence") { copy in
            let manifest = try ModelDirectory(copy.directory).manifest()
            #expect(manifest.kind == "encoder" && manifest.name == "bert-sequence" && manifest.version == 1)
            #expect(manifest.encoder?.tokenizer == "WordPiece")
        }
    }
}
