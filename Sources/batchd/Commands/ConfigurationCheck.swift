import BatchCore
import Spool
import SystemPackage

/// Reads every configuration file of a root, and loads every model that they name.
struct ConfigurationCheck {
    let root: SpoolRoot
    private let models: EngineModels

    init(root: SpoolRoot) {
        self.root = root
        models = EngineModels(root: root.path)
    }

    /// What is wrong in all files.
    func report() throws -> ConfigurationCheckReport {
        let daemon = root.daemonReading()
        var mistakes = daemon.mistakes
        let queues = try root.queueNames()
        for queue in queues {
            let reading = root.queueReading(of: queue)
            mistakes += reading.mistakes
            if let values = reading.values {
                mistakes += retention(of: values, daemon: daemon.values, queue).map { [$0] } ?? []
                mistakes += mistake(in: values, settings: reading.settings, of: queue).map { [$0] } ?? []
            }
        }
        if queues.isEmpty {
            mistakes.append(
                ConfigurationError(
                    code: .noQueue,
                    file: SpoolLayout.spool.string,
                    message: "there is no queue; write one into spool/NAME/queue.yaml, 'model: sentiment' is enough"
                )
            )
        }
        let files = [SpoolLayout.daemonConfiguration] + queues.map { QueueLayout(queue: $0).configuration }
        return ConfigurationCheckReport(
            files: files.map(\.string),
            mistakes: mistakes.map(ConfigurationMistake.init),
            missing: try root.orphanedQueues().map(MissingConfiguration.init),
            ignored: root.ignoredConfigurations().map(IgnoredConfigurationLine.init)
        )
    }

    /// What queue.yaml and batchd.yaml together cannot mean.
    private func retention(
        of values: QueueConfiguration,
        daemon: DaemonConfiguration?,
        _ queue: String
    ) -> ConfigurationError? {
        guard let daemon else { return nil }
        let file = QueueLayout(queue: queue).configuration.string
        do throws(ConfigurationError) {
            _ = try RetentionRules(queue: values.retention, daemon: daemon.retention, file: file)
            return nil
        } catch {
            return error
        }
    }

    /// Why a queue's model cannot answer it; nil where it can.
    private func mistake(
        in values: QueueConfiguration,
        settings: [ConfigurationSetting],
        of queue: String
    ) -> ConfigurationError? {
        let file = QueueLayout(queue: queue).configuration.string
        func line(of key: String?) -> Int? { settings.first { $0.path == key }?.line }
        do {
            _ = try models.load(for: values)
            return nil
        } catch var error as ConfigurationError {
            error.file = file
            error.line = line(of: error.key)
            return error
        } catch {
            return ConfigurationError(
                code: .unusableModel,
                file: file,
                line: line(of: "model"),
                key: "model",
                message: "the model '\(values.model)' cannot be used: \(error)"
            )
        }
    }
}

extension SpoolRoot {
    /// batchd.yaml and all that is wrong with it.
    func daemonReading() -> ConfigurationReading<DaemonConfiguration> {
        reading(of: SpoolLayout.daemonConfiguration) { DaemonConfiguration.read(yaml: $0, file: $1) }
    }

    /// A queue's queue.yaml and all that is wrong with it.
    func queueReading(of name: String) -> ConfigurationReading<QueueConfiguration> {
        reading(of: QueueLayout(queue: name).configuration) { QueueConfiguration.read(yaml: $0, file: $1) }
    }

    private func reading<Values: Sendable>(
        of path: FilePath,
        read: (String, String) -> ConfigurationReading<Values>
    ) -> ConfigurationReading<Values> {
        do {
            let text = try text(of: path)
            if let user, let refusal = OtherReader(user: user)?.refusal(of: self.path.pushing(path)) {
                throw CommandFailure(ExitStatus.configuration, refusal)
            }
            return read(text, path.string)
        } catch {
            let words = CommandFailure(error).description
            return ConfigurationReading(
                unreadable: ConfigurationError(code: .unreadable, file: path.string, message: words)
            )
        }
    }
}
