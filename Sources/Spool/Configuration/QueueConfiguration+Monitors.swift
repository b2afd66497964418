internal import BatchCore

extension QueueConfiguration {
    /// Finds the first monitor that cannot work with the model.
    ///
    /// - Parameter model: The model that answers.
    /// - Returns: The key and what is wrong with it; nil where all can work.
    func monitorProblem(with model: any BatchModel) -> (key: String, words: String)? {
        for (index, monitor) in monitors.enumerated() {
            if let words = Self.problem(of: monitor, with: model) { return ("monitors[\(index)]", words) }
        }
        return nil
    }

    private static func problem(of monitor: MonitorDefinition, with model: any BatchModel) -> String? {
        switch monitor.kind {
        case .surge(let label, _), .share(let label, _):
            guard model.task == .classification || model.task == .multiLabel else {
                return "watches the share of a label, and \(model.task.words) gives none"
            }
            guard !model.labels.contains(label) else { return nil }
            let nearest = NearestName(to: label, among: model.labels).map { "; did you mean '\($0.name)'?" } ?? ""
            return "has the label '\(label)', which \(model.identity.reference) does not give" + nearest
        case .drift(let subjects):
            let needsLabels = subjects.contains(.labels) || subjects.contains(.confidence)
            let gives = [.classification, .multiLabel, .tokenClassification].contains { $0 == model.task }
            guard needsLabels, !gives else { return nil }
            return "watches labels or confidence, and \(model.task.words) gives none; write 'of: [lengths]'"
        case .errorRate, .volume: return nil
        }
    }
}
