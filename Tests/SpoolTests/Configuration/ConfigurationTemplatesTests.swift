import Spool
import Testing

/// Takes the comment sign from settings: `#key` and indented lines, but not `# prose`.
private func uncommented(_ template: String) -> String {
    template.split(separator: "\n").map { line in
        let rest = line.dropFirst()
        let isProse = rest.first == " " && rest.dropFirst().first != " "
        return line.first == "#" && !isProse ? rest : line
    }.joined(separator: "\n")
}

@Suite struct ConfigurationTemplatesTests {
    @Test func queueTemplateMeansTheDefaults() throws {
        let template = ConfigurationTemplates.queue(model: "sentiment@1")
        let defaults = QueueConfiguration(model: "sentiment@1")
        #expect(try QueueConfiguration.parse(yaml: template, file: "queue.yaml") == defaults)
        #expect(try QueueConfiguration.parse(yaml: uncommented(template), file: "queue.yaml") == defaults)
    }

    @Test func daemonTemplateMeansTheDefaults() throws {
        let template = ConfigurationTemplates.daemon
        let defaults = DaemonConfiguration()
        #expect(try DaemonConfiguration.parse(yaml: template, file: "batchd.yaml") == defaults)
        #expect(try DaemonConfiguration.parse(yaml: uncommented(template), file: "batchd.yaml") == defaults)
    }

    @Test func templatesShowEveryKeyWithItsDefault() {
        let files = [
            (ConfigurationTemplates.queue(model: "a"), QueueConfiguration.reference),
            (ConfigurationTemplates.daemon, DaemonConfiguration.reference),
        ]
        for (template, reference) in files {
            for entry in reference where entry.fallback != "none" {
                let name = entry.path.split(separator: ".").last ?? ""
                #expect(template.contains("\(name): \(entry.fallback)\n"), "\(entry.path)")
            }
        }
    }

    @Test func referenceNamesEachKeyOnce() {
        for reference in [QueueConfiguration.reference, DaemonConfiguration.reference] {
            #expect(Set(reference.map(\.path)).count == reference.count)
            #expect(reference.allSatisfy { !$0.allowed.isEmpty && $0.documentation.hasSuffix(".") })
        }
    }
}
