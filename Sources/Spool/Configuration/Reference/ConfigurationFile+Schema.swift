extension ConfigurationFile {
    /// The JSON Schema of this file, for editors.
    ///
    /// What it accepts, `parse` may still refuse: units out of range and values that contradict each other.
    public var schema: String {
        let members: [SchemaValue.Member] = [
            .init(name: "$schema", value: "https://json-schema.org/draft/2020-12/schema"),
            .init(name: "$id", value: .text("\(schemaName).schema.json")),
            .init(name: "title", value: .text(name)),
            .init(name: "description", value: .text(documentation)),
            .init(name: "type", value: required.isEmpty ? ["object", "null"] : "object"),
            .init(name: "properties", value: .object(groups.map(property))),
            .init(name: "required", value: .list(required.map(SchemaValue.text))),
            .init(name: "additionalProperties", value: false),
            .init(name: "examples", value: [smallestExample, fullExample]),
        ]
        return SchemaValue.object(members).written() + "\n"
    }

    /// A file with every key, none of them the default where another value is allowed.
    public var fullExampleYAML: String {
        groups.map { group in
            group.entries.enumerated().map { index, entry in
                entry.exampleLines.dropFirst(index == 0 ? 0 : 1).joined(separator: "\n")
            }.joined(separator: "\n")
        }.joined(separator: "\n") + "\n"
    }

    private var smallestExample: SchemaValue {
        .object(entries.filter { required.contains($0.path) }.map(Self.exampleMember))
    }

    private var fullExample: SchemaValue {
        .object(
            groups.map { group in
                guard group.entries.contains(where: \.isNested) else { return Self.exampleMember(group.entries[0]) }
                return .init(name: group.name, value: .object(group.entries.map(Self.exampleMember)))
            }
        )
    }

    private static func exampleMember(_ entry: ConfigurationReferenceEntry) -> SchemaValue.Member {
        .init(name: entry.name, value: SchemaValue(yaml: entry.example) ?? .anything)
    }

    private func property(_ group: (name: String, entries: [ConfigurationReferenceEntry])) -> SchemaValue.Member {
        guard group.entries.contains(where: \.isNested) else {
            return .init(name: group.name, value: Self.schema(of: group.entries[0]))
        }
        let keys = group.entries.map { SchemaValue.Member(name: $0.name, value: Self.schema(of: $0)) }
        // A section of which every key is commented out is null to YAML.
        let section: SchemaValue = [
            "description": .text(sections[group.name] ?? ""), "type": ["object", "null"],
            "properties": .object(keys), "additionalProperties": false,
        ]
        return .init(name: group.name, value: section)
    }

    private static func schema(of entry: ConfigurationReferenceEntry) -> SchemaValue {
        let description = SchemaValue.object([.init(name: "description", value: .text(entry.documentation))])
        guard case .object(let members) = entry.schema else { return description }
        var further: [SchemaValue.Member] = []
        if entry.fallback != ConfigurationReferenceEntry.nothing, let value = SchemaValue(yaml: entry.fallback) {
            further.append(.init(name: "default", value: value))
        }
        if let value = SchemaValue(yaml: entry.example) { further.append(.init(name: "examples", value: [value])) }
        return description.adding(members + further)
    }
}
