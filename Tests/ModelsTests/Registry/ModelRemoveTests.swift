import BatchCore
import Foundation
import Models
import Testing

@Suite struct ModelRemoveTests {
    private func withTwoVersions(_ body: (ModelRegistry, String) throws -> Void) throws {
        try ModelFixture.withDirectory { root in
            try ModelFixture.install("topic", 1, root: root)
            try ModelFixture.install("topic", 2, root: root)
            try body(ModelRegistry(root: root), root)
        }
    }

    @Test func oneVersionGoes() throws {
        try withTwoVersions { registry, root in
            #expect(try registry.remove(.version(name: "topic", 1)) == "\(root)/models/topic/1")
            #expect(try registry.list().map(\.identity.reference) == ["sentiment@1", "topic@2"])
            let rest = try FileManager.default.contentsOfDirectory(atPath: "\(root)/models/topic").sorted()
            #expect(rest == [".adding.lock", ".removed-1", "2"])
        }
    }

    @Test func theNumberIsNotGivenAgain() throws {
        try withTwoVersions { registry, _ in
            _ = try registry.remove(.version(name: "topic", 2))
            let added = try registry.add(name: "topic", from: EncoderFixture.path("bert-sequence"))
            #expect(added.manifest.version == 3)
        }
    }

    @Test func whatAnAliasStandsForStays() throws {
        try withTwoVersions { registry, root in
            try Data(#"{"stable": 2}"#.utf8).write(to: URL(filePath: "\(root)/models/topic/aliases.json"))
            let text = message { _ = try registry.remove(.version(name: "topic", 2)) }
            #expect(text?.contains("topic@stable") == true)
            #expect(try registry.list().count == 3)
        }
    }

    @Test func whatIsNotOneVersionOnDiskIsRefused() throws {
        try withTwoVersions { registry, _ in
            #expect(message { _ = try registry.remove(.newest(name: "topic")) }?.contains("name@version") == true)
            #expect(message { _ = try registry.remove(.version(name: "topic", 3)) }?.contains("no model") == true)
            #expect(message { _ = try registry.remove(.version(name: "sentiment", 1)) }?.contains("inside") == true)
        }
    }
}
