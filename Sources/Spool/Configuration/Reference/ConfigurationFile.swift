/// A kind of configuration file: what it is called, what it is for, and every key that it may have.
public struct ConfigurationFile: Sendable {
    /// The file's name.
    public let name: String
    /// The name of its JSON Schema, without ending.
    public let schemaName: String
    /// Every key, in the order of the reference.
    public let entries: [ConfigurationReferenceEntry]

    /// What the file is for, and where it lies.
    let documentation: String
    /// The keys that must be there.
    let required: [String]
    /// What stands at the top of a section, by the section's name.
    let sections: [String: String]

    /// queue.yaml.
    public static let queue = ConfigurationFile(
        name: "queue.yaml",
        schemaName: "queue",
        entries: QueueConfiguration.reference,
        documentation: "One queue of batchd, at ROOT/spool/QUEUE/queue.yaml. Only the model must be given. It is read "
            + "at the start and at SIGHUP; jobs keep the configuration that they were accepted with.",
        required: ["model"],
        sections: [
            "input": "What is read of a record.",
            "output": "What is written of an answer.",
            "limits": "What a file may ask of this machine. A file over a limit fails, and says which key to raise.",
            "retry": "What happens to a shard of records that brings the worker down.",
            "retention": "How long what is over is kept before 'batchd gc' removes it.",
        ]
    )

    /// batchd.yaml.
    public static let daemon = ConfigurationFile(
        name: "batchd.yaml",
        schemaName: "batchd",
        entries: DaemonConfiguration.reference,
        documentation: "The daemon of one root, at ROOT/batchd.yaml. Everything has a default; an empty file will do. "
            + "It is read at the start.",
        required: [],
        sections: [
            "log": "What is logged, and how it looks.",
            "retention": "How long what is over is kept before 'batchd gc' removes it.",
            "metrics": "Where numbers about the daemon go.",
        ]
    )

    /// Both kinds.
    public static let all = [queue, daemon]

    /// Names of top-level keys and sections, with their rows.
    var groups: [(name: String, entries: [ConfigurationReferenceEntry])] {
        var groups: [(name: String, entries: [ConfigurationReferenceEntry])] = []
        for entry in entries {
            let name = String(entry.path.prefix { $0 != "." })
            if groups.last?.name == name {
                groups[groups.count - 1].entries.append(entry)
            } else {
                groups.append((name, [entry]))
            }
        }
        return groups
    }
}

extension ConfigurationReferenceEntry {
    /// Whether the key lies in a section.
    var isNested: Bool { path.contains(".") }
    /// The last part of the path.
    var name: String { path.split(separator: ".").last.map(String.init) ?? path }
}
