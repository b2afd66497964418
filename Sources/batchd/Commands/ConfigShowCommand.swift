import ArgumentParser
import BatchCore
import FoundationEssentials
import Kernels
import Spool
import SystemPackage

/// `batchd config show`: every value that holds, and what said so.
struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows every value that holds, and where it comes from.",
        discussion: """
            It prints YAML with a comment for each key: the file and line that gives the value, or 'default', and what \
            'auto' comes to on this machine. The text can be used as a configuration file. Without a queue it shows \
            batchd.yaml and all queues. --json prints one object, described by schemas/config-show.schema.json.

            78: a file that would be shown has mistakes; they are listed.

            Example:
              batchd config show sentiment --root /srv/batchd
            """
    )

    @Argument(help: "Show this queue only.", completion: CompletionRoot.queues)
    var queue: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            if let queue { try root.requireQueue(queue) }
            let files =
                try (queue == nil ? [daemonFile(root)] : [])
                + (queue.map { [$0] } ?? root.queueNames()).map {
                    try queueFile($0, root, EngineModels(root: root.path))
                }
            if json {
                let report = ConfigurationShowReport(root: root.path.string, rootFrom: rootOption.source, files: files)
                try StandardStream.document(DocumentCoding.encode(report, indented: true))
            } else {
                let listings = files.map(\.listing).joined(separator: "---\n")
                try StandardStream.output(header(root) + listings.visibleJSON)
            }
        }
    }

    /// What holds and stands in no file.
    private func header(_ root: SpoolRoot) -> String {
        let source =
            switch rootOption.source {
            case .option: "--root"
            case .environment: "BATCHD_ROOT"
            case .currentDirectory: "the current directory"
            case .package: "the package, since the current directory is no root"
            }
        let forced = ProcessInfo.processInfo.environment[KernelTable.environmentVariable]
        let kernels = "\(Machine.provenance.isa)" + (forced == nil ? "" : " (\(KernelTable.environmentVariable))")
        return "# root: \(root.path) (\(source)); kernels: \(kernels)".visible + "\n"
    }

    private func daemonFile(_ root: SpoolRoot) throws -> ShownFile {
        let reading = root.daemonReading()
        try refuse(reading.mistakes)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let notes = reading.values?.threads == nil ? ["threads": "\(cores) here"] : [:]
        return ShownFile(file: SpoolLayout.daemonConfiguration.string, settings: reading.settings, notes: notes)
    }

    private func queueFile(_ queue: String, _ root: SpoolRoot, _ models: EngineModels) throws -> ShownFile {
        let reading = root.queueReading(of: queue)
        try refuse(reading.mistakes)
        var notes = reading.values.map { self.notes(for: $0, models) } ?? [:]
        for setting in root.daemonReading().settings where setting.path.hasPrefix("retention.") {
            guard reading.settings.contains(where: { $0.path == setting.path && $0.value == nil }) else { continue }
            let place = setting.line.map { "\(SpoolLayout.daemonConfiguration):\($0)" } ?? "default"
            notes[setting.path] = "batchd.yaml has \(setting.value ?? "nothing") (\(place))"
        }
        return ShownFile(
            file: QueueLayout(queue: queue).configuration.string,
            queue: queue,
            settings: reading.settings,
            notes: notes
        )
    }

    /// What a queue's values come to with its model.
    private func notes(for values: QueueConfiguration, _ models: EngineModels) -> [String: String] {
        guard let model = try? models.load(for: values) else {
            return ["model": "cannot be used, see 'batchd config check'"]
        }
        var notes = ["model": "\(model.identity.reference) here"]
        if values.precision == .auto { notes["precision"] = "\(model.identity.precision) here" }
        if values.shardRecords == nil { notes["shard_records"] = "\(values.shardRecords(for: model)) with this model" }
        if values.output.fields == nil {
            notes["output.fields"] = values.output.fields(of: model).map(\.rawValue).joined(separator: ", ")
        }
        return notes
    }

    private func refuse(_ mistakes: [ConfigurationError]) throws {
        guard !mistakes.isEmpty else { return }
        for mistake in mistakes { StandardStream.error(ConfigurationMistake(mistake).text + "\n") }
        throw ExitCode(ExitStatus.configuration)
    }
}
