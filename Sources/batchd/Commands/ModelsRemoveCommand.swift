import ArgumentParser
import Models
import Spool
import SystemPackage

/// `batchd models rm`: removes one version of a model.
struct ModelsRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Removes one version of a model.",
        discussion: """
            A version that an alias stands for stays, and one that a queue answers with: let its queue.yaml name \
            another one first. Jobs that were begun with the version are held.

            Example:
              batchd models rm sst2@1
            """
    )

    @Argument(help: "The version, as NAME@VERSION.")
    var reference: String

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let parsed = try ModelReference(parsing: reference)
            try refuseUsed(parsed, in: root)
            let path = try ModelRegistry(root: root.path.string).remove(parsed)
            try StandardStream.output("\(reference) removed from \(path)\n")
        }
    }

    /// Keeps a version that a queue answers with: without it no run would start, of no queue.
    private func refuseUsed(_ parsed: ModelReference, in root: SpoolRoot) throws {
        let models = EngineModels(root: root.path)
        guard case .version = parsed, let path = models.directory(of: reference) else { return }
        let queues = try root.queueNames().compactMap { queue -> String? in
            guard let model = root.queueReading(of: queue).values?.model, models.directory(of: model) == path else {
                return nil
            }
            return "'\(queue)' (model: \(model))"
        }
        guard !queues.isEmpty else { return }
        throw CommandFailure(
            ExitStatus.data,
            "\(reference) is what \(queues.count == 1 ? "queue" : "queues") \(queues.joined(separator: ", ")) "
                + "would answer with. Let queue.yaml name another version first, and reload."
        )
    }
}
