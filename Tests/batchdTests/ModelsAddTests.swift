import Foundation
import Testing

/// Encoders come and go through the real binary.
@Suite struct ModelsAddTests {
    private static let fixtures = TestRoot.repository.appending(path: "Tests/ModelsTests/Fixtures")

    @Test func whatWasAddedIsSaidAndListed() throws {
        let test = try TestRoot()
        let fixture = Self.fixtures.appending(path: "roberta-sequence").path
        let text = try test.expect(0, "models", "add", "topic", fixture).output
        #expect(text.contains("topic@1 added to ") && text.contains("roberta, classification, 2 layers of 24"))
        #expect(text.contains("labels low, middle, high; at most 24 tokens a text, tokenizer BPE"))
        #expect(text.contains("note: its tokenizer is of kind BPE"))
        let json = try TestRoot.object(test.expect(0, "models", "add", "topic", fixture, "--json").output)
        let manifest = try #require(json["manifest"] as? [String: Any])
        #expect(manifest["version"] as? Int == 2 && manifest["kind"] as? String == "encoder")
        #expect(try test.expect(0, "models").output.contains("topic@2"))
        try test.expect(0, "models", "rm", "topic@2")
        #expect(test.names(in: "models/topic") == [".adding.lock", ".removed-2", "1"])
    }

    @Test func versionThatAQueueAnswersWithStays() throws {
        let test = try TestRoot()
        let fixture = Self.fixtures.appending(path: "bert-sequence").path
        try test.expect(0, "models", "add", "topic", fixture)
        try test.configure(queue: "pinned", "model: topic@1\n")
        try test.configure(queue: "newest", "model: topic\n")
        try test.configure(queue: "path", "model: models/topic/1\n")
        let refusal = try test.expect(65, "models", "rm", "topic@1").error
        let names = "'newest' (model: topic), 'path' (model: models/topic/1), 'pinned' (model: topic@1)"
        #expect(refusal.contains("topic@1 is what queues \(names) would answer with."))
        try test.expect(0, "config", "check")
        try test.configure(queue: "path", "model: sentiment\n")
        try test.expect(0, "models", "add", "topic", fixture)
        try test.write("{\"stable\": 2}", to: "root/models/topic/aliases.json")
        try test.configure(queue: "pinned", "model: topic@stable\n")
        try test.expect(0, "models", "rm", "topic@1")
        #expect(try test.expect(65, "models", "rm", "topic@2").error.contains("'pinned' (model: topic@stable)"))
        try test.expect(0, "config", "check")
    }

    @Test func howLongPackingTookIsSaid() throws {
        let test = try TestRoot()
        let fixture = Self.fixtures.appending(path: "bert-sequence").path
        let text = try test.expect(0, "models", "add", "topic", fixture).output
        #expect(text.contains("  packed for "))
        #expect(test.names(in: "models/topic/1").contains { $0.hasPrefix("packed-") && $0.hasSuffix(".bin") })
    }

    @Test func whatIsWrongHasItsExitCode() throws {
        let test = try TestRoot()
        let copy = test.directory.appending(path: "copy")
        try FileManager.default.copyItem(at: Self.fixtures.appending(path: "bert-sequence"), to: copy)
        let handle = try FileHandle(forUpdating: copy.appending(path: "model.safetensors"))
        try handle.truncate(atOffset: 40_000)
        try handle.close()
        let broken = try test.expect(65, "models", "add", "topic", copy.path)
        #expect(broken.error.contains("\(copy.path)/model.safetensors"))
        try test.expect(66, "models", "add", "topic", test.directory.appending(path: "none").path)
        try test.expect(64, "models", "add", "../topic", copy.path)
        try test.expect(64, "models", "rm", "topic")
        try test.expect(66, "models", "rm", "topic@1")
        #expect(test.names(in: "models").isEmpty)
    }
}
