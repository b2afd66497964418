import BatchCore
import Models
import Spool
import SystemPackage

/// Whether each queue's model is there, is what its manifest says, and answers.
struct ModelExamination {
    private let root: SpoolRoot
    private let models: EngineModels
    private let time = SystemTimeSource()

    init(root: SpoolRoot) {
        self.root = root
        models = EngineModels(root: root.path, keepsPacked: false)
    }

    /// Looks at the models of queues whose configuration can be read.
    func findings(_ queues: [String]) -> [Finding] {
        queues.compactMap { queue in root.queueReading(of: queue).values.map { finding(queue, $0) } }
    }

    private func finding(_ queue: String, _ settings: QueueConfiguration) -> Finding {
        let subject = "\(queue): \(settings.model)"
        do {
            let start = time.monotonicSeconds
            let model = try models.load(for: settings)
            let loaded = time.monotonicSeconds
            try models.verify(settings.model, precision: settings.precision)
            try GroupComputer(model: model, now: { time.monotonicSeconds }).answerCanary()
            let identity = model.identity
            let seen =
                "\(identity.reference), \(identity.precision), loaded in \(milliseconds(loaded - start)) ms, weights "
                + "\(identity.weightsSHA256.prefix(12)) as its manifest says, answers"
            return Finding(.models, .ok, subject, seen)
        } catch {
            let advice =
                "put the model back, or name another in \(QueueLayout(queue: queue).configuration); see 'batchd models'"
            return Finding(.models, .error, subject, CommandFailure(error).description, advice: advice)
        }
    }

    private func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded(.up)) }
}
