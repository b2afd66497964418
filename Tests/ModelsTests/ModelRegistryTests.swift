import BatchCore
import Foundation
import Models
import Testing

@Suite struct ModelRegistryTests {
    @Test(arguments: [PrecisionChoice.float32, .bfloat16])
    func aLinearModelRunsInInt8Only(precision: PrecisionChoice) throws {
        let error = #expect(throws: ModelError.self) {
            try ModelRegistry.load("sentiment@1", precision: precision)
        }
        #expect(error?.code == .unsupportedPrecision)
        #expect(error?.message.contains("runs in int8 and cannot run in \(precision.rawValue)") == true)
        for possible in [PrecisionChoice.int8, .auto] {
            #expect(try ModelRegistry.load("sentiment@1", precision: possible).identity.precision == "int8")
        }
    }

    private func code(_ body: () throws -> Void) -> ModelError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ModelError)?.code
        }
    }

    @Test func theBinaryHasItsOwnModel() throws {
        for reference in ["sentiment", "sentiment@1", "sentiment@stable"] {
            let model = try ModelRegistry.load(reference)
            #expect(model.identity.reference == "sentiment@1")
            #expect(model.labels == ["positive", "neutral", "negative"])
        }
    }

    @Test func aNameMeansTheNewestVersion() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("topic", 2, root: root)
            try ModelFixture.install("topic", 10, root: root)
            #expect(try ModelRegistry.load("topic", root: root).identity.version == 10)
            #expect(try ModelRegistry.load("topic@2", root: root).identity.version == 2)
            #expect(try ModelRegistry.load("\(root)/models/topic/2").labels == ModelFixture.labels)
        }
    }

    @Test func anAliasIsWhatItsFileSays() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("topic", 1, root: root)
            try ModelFixture.install("topic", 2, root: root)
            #expect(code { _ = try ModelRegistry.load("topic@stable", root: root) } == .notFound)
            try Data(#"{"stable": 1}"#.utf8).write(to: URL(filePath: "\(root)/models/topic/aliases.json"))
            #expect(try ModelRegistry.load("topic@stable", root: root).identity.version == 1)
        }
    }

    @Test func theNewestSentimentIsNotTheStableOne() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("sentiment", 2, root: root)
            #expect(try ModelRegistry.load("sentiment", root: root).identity.version == 2)
            #expect(try ModelRegistry.load("sentiment@stable", root: root).identity.version == 1)
        }
    }

    @Test func everyModelIsListed() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("topic", 1, root: root)
            let list = try ModelRegistry(root: root).list()
            #expect(list.map(\.identity.reference) == ["sentiment@1", "topic@1"])
            #expect(list[0].aliases == ["stable"])
            #expect(list[0].path == nil)
            #expect(list[1].path == "\(root)/models/topic/1")
        }
    }

    @Test func whatIsMissingIsSaidWithTheChoices() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("topic", 1, root: root)
            #expect {
                _ = try ModelRegistry.load("topics", root: root)
            } throws: { error in
                "\(error)".contains("'topics'") && "\(error)".contains("sentiment@1, topic@1")
            }
            #expect(code { _ = try ModelRegistry.load("topic@2", root: root) } == .notFound)
            #expect(code { _ = try ModelRegistry.load("\(root)/nothing") } == .notFound)
        }
    }

    @Test func aModelInAnothersPlaceIsRefused() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("topic", 1, root: root, folder: 2)
            #expect(code { _ = try ModelRegistry.load("topic@2", root: root) } == .corrupt)
        }
    }

    @Test func weightsThatAreNotTheManifestsAreRefused() throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("topic", 1, root: root)
            let path = "\(root)/models/topic/1/model.json"
            var manifest = try JSONDecoder().decode(ModelManifest.self, from: Data(contentsOf: URL(filePath: path)))
            manifest.weightsSHA256 = String(repeating: "0", count: 64)
            try JSONEncoder().encode(manifest).write(to: URL(filePath: path))
            #expect(code { _ = try ModelRegistry.load("topic@1", root: root) } == .corrupt)
        }
    }

    @Test func anUnknownInstructionSetIsRefused() {
        #expect(throws: (any Error).self) {
            try ModelRegistry.load("sentiment@1", forcedKernels: "abacus")
        }
    }
}
