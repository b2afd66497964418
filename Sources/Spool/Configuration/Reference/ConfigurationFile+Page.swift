extension ConfigurationFile {
    /// The page about this file, in Markdown.
    public var page: String {
        var lines = [
            "# \(name)", "", documentation, "",
            "Made from the program by `batchd config reference \(name)`; do not edit it.", "",
            "An editor with the YAML language server checks the file as you type if its first line is", "",
            "    # yaml-language-server: $schema=.../schemas/\(schemaName).schema.json", "",
            "with the path of [\(schemaName).schema.json](../../schemas/\(schemaName).schema.json). "
                + "`batchd config check` says what is wrong in all files of a root, and `batchd config show` what holds.",
            "", "| key | default | meaning |", "|---|---|---|",
        ]
        lines += entries.map { entry in
            "| [`\(entry.path)`](#\(Self.anchor(entry.path))) | \(Self.code(entry.fallback)) | \(entry.meaning) |"
        }
        for group in groups {
            let isSection = group.entries.contains(where: \.isNested)
            if isSection { lines += ["", "## \(group.name)", "", sections[group.name] ?? ""] }
            for entry in group.entries { lines += Self.paragraph(entry) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func paragraph(_ entry: ConfigurationReferenceEntry) -> [String] {
        [
            "", "\(entry.isNested ? "###" : "##") \(entry.path)", "", entry.meaning, "",
            "- allowed: \(entry.allowed)", "- default: \(code(entry.fallback))", "- example:", "",
        ] + entry.exampleLines.map { "      " + $0 }
    }

    /// The anchor that Markdown renderers give to a heading.
    private static func anchor(_ path: String) -> String { path.filter { $0 != "." } }

    private static func code(_ value: String) -> String {
        value == ConfigurationReferenceEntry.nothing ? value : "`\(value)`"
    }
}

extension ConfigurationReferenceEntry {
    /// The documentation with braces and the like as they are, in a form that a table takes.
    fileprivate var meaning: String { documentation.replacing("|", with: "\\|") }

    /// The example as it stands in a file.
    var exampleLines: [String] {
        let sections = path.split(separator: ".").dropLast()
        let opened = sections.enumerated().map { String(repeating: "  ", count: $0.offset) + $0.element + ":" }
        return opened + [String(repeating: "  ", count: sections.count) + name + ": " + example]
    }
}
