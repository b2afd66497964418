import BatchCore
import Spool
import SystemPackage

/// One deed at one call of a run, and what came of it.
struct CallCase: Sendable {
    var number: Int
    var deed: FaultDeed
    /// Chooses what an operator does to a fault that lasts, and when.
    var choice: UInt64

    /// What came of a case.
    struct Result: Sendable {
        var words: String
        var violations: [String]
        /// The kind of call and the deed, for counting; empty where the run was over before the call.
        var kind: String
    }

    /// Tries it: the run with the fault, then one without.
    func run(_ trial: WorkloadTrial, _ shim: FaultShim) throws -> Result? {
        let armed = try shim.arm(root: trial.root.directory, deed: deed, at: number, countsClosing: true)
        var random = SplitMix64(seed: choice)
        let `operator` = WorkloadTrial.Operator.allCases.randomElement(using: &random)
        let delay = Int.random(in: 0...200, using: &random)
        let end = try trial.run(armed, operator: waitsForOperator ? `operator` : nil, delay: delay)
        guard let struck = try armed.struck() else { return nil }
        var violations = trial.violationsAtAnyInstant()
        if !expectedEnds(of: struck, `operator`).contains(end.end) { violations.append("I8 it ends with \(end.end)") }
        if case .ended(.exited(let code)) = end.end, code != 0, code != 75, end.words.isEmpty {
            violations.append("it ends with \(code) and says nothing")
        }
        if end.end == .ended(.exited(0)) {
            violations += trial.violationsWhenIdle()
        } else if let queue = queueThatIsNotConcerned(by: struck), end.end == .ended(.exited(74)) {
            violations += trial.violationsWhenIdle(queues: [queue]).map { "I7 \(struck.path) failed and \($0)" }
        }
        violations += try trial.runUndisturbed()
        violations += trial.violationsWhenIdle()
        let words = "\(deed) at call \(number), \(struck)"
        return Result(
            words: violations.isEmpty ? words : "\(words), ended \(end.end), said '\(end.words)'",
            violations: violations,
            kind: "\(struck.process) \(struck.name): \(deed)"
        )
    }

    /// Whether the run waits for as long as the fault lasts.
    private var waitsForOperator: Bool {
        guard deed.isLasting, case .failure(let error) = deed.act else { return false }
        return error == .noSpace || error == .tooManyOpenFiles
    }

    /// How the faulted run may end.
    private func expectedEnds(
        of struck: CountedCall,
        _ operator: WorkloadTrial.Operator?
    ) -> [ChildProcess.Event] {
        let killed = ChildProcess.Event.ended(.signaled(9))
        let isParent = struck.process == "run"
        let codes: [CInt]
        switch deed.act {
        case .stop, .kill, .killAfter, .torn:
            return deed.killsGroup || isParent ? [killed] : [.ended(.exited(0))]
        case .short, .failure(.interrupted): codes = [0]
        case .failure(.noSpace), .failure(.tooManyOpenFiles):
            // A start that has no descriptors ends with 75: it may be tried again.
            let atStart: [Int32] = deed.act == .failure(.tooManyOpenFiles) ? [74, 75] : [74]
            if deed.isLasting && `operator` == .kills { return [killed] + ([0] + atStart).map { .ended(.exited($0)) } }
            let isTerminated = deed.isLasting && `operator` == .terminates
            codes = [0] + (isParent ? atStart : []) + (isTerminated ? [75] : [])
        default: codes = [0, 74]
        }
        return codes.map { .ended(.exited($0)) }
    }

    /// The queue that a failed call of the engine must not touch.
    private func queueThatIsNotConcerned(by struck: CountedCall) -> String? {
        guard !deed.isLasting, struck.process == "engine" else { return nil }
        let concerned = Workload.queues.filter { queue in struck.path.split(separator: "/").contains { $0 == queue } }
        guard concerned.count == 1 else { return nil }
        return Workload.queues.first { $0 != concerned[0] }
    }
}
