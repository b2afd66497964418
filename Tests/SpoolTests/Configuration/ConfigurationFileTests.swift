import Foundation
import Spool
import Testing

/// The committed pages and schemas are what the program makes.
@Suite struct ConfigurationFileTests {
    @Test(arguments: ConfigurationFile.all.map(\.name))
    func committedPageAndSchemaAreWhatTheCodeGives(name: String) throws {
        let file = try #require(ConfigurationFile.all.first { $0.name == name })
        let page = try String(contentsOf: Self.repository.appending(path: "docs/reference/\(name).md"), encoding: .utf8)
        #expect(page == file.page, "run: make reference")
        let schema = Self.repository.appending(path: "schemas/\(file.schemaName).schema.json")
        #expect(try String(contentsOf: schema, encoding: .utf8) == file.schema, "run: make reference")
    }

    @Test func everyExampleIsAllowed() throws {
        let queue = ConfigurationFile.queue.fullExampleYAML
        #expect(QueueConfiguration.read(yaml: queue, file: "queue.yaml").mistakes.map(\.description) == [])
        let daemon = ConfigurationFile.daemon.fullExampleYAML
        #expect(DaemonConfiguration.read(yaml: daemon, file: "batchd.yaml").mistakes.map(\.description) == [])
        for entry in QueueConfiguration.reference + DaemonConfiguration.reference {
            #expect(entry.example != "none", "\(entry.path) needs an example")
        }
    }

    /// JSON is YAML, so what the schema's refused documents are can be asked of the parser too.
    @Test func whatTheSchemaRefusesTheParserRefusesToo() throws {
        for file in ConfigurationFile.all {
            let url = Self.repository.appending(path: "schemas/refused/\(file.schemaName).jsonl")
            let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
            #expect(lines.count >= 5)
            for line in lines {
                let mistakes =
                    file.schemaName == "queue"
                    ? QueueConfiguration.read(yaml: String(line), file: "a").mistakes
                    : DaemonConfiguration.read(yaml: String(line), file: "a").mistakes
                #expect(!mistakes.isEmpty, "\(line)")
            }
        }
    }

    @Test func schemaIsJSON() throws {
        for file in ConfigurationFile.all {
            let object = try JSONSerialization.jsonObject(with: Data(file.schema.utf8)) as? [String: Any]
            let properties = try #require(object?["properties"] as? [String: Any])
            let sections = Set(file.entries.compactMap { $0.path.split(separator: ".").first.map(String.init) })
            #expect(Set(properties.keys) == sections)
        }
    }

    private static var repository: URL {
        let levels = 4  // Tests/SpoolTests/Configuration/ConfigurationFileTests.swift
        return (0..<levels).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    }
}
