import BatchCore
import BatchTesting
import Spool
import SystemPackage
import Testing

/// A daemon that is asked to hold, release and cancel is killed at every call that changes the disk; whatever
/// happens, every record is answered once, or the job says that it was cancelled.
@Suite struct ControlCrashTests {
    private static let lines = (1...20).map { #"{"text": "text \#($0)"}"# + "\n" }.joined()

    private static func request(_ action: JobAction) -> ControlRequest {
        ControlRequest(action, job: JobName(queue: "q", key: "job"), by: "somebody")
    }

    /// One life in which an operator asks for these, a turn apart.
    private func live(_ root: OneQueue, on disk: SimulatedDisk, asking actions: [JobAction]) throws -> SpoolHarness.End
    {
        let inbox = ControlInbox(disk: disk)
        let harness = try root.harness(
            on: disk,
            maintain: { turn in
                guard turn >= 2, turn - 2 < actions.count else { return }
                try? inbox.leave(Self.request(actions[turn - 2]), id: "\(turn)")
            },
            isDead: { disk.isDead }
        )
        return harness.run()
    }

    private func root() -> OneQueue {
        let root = OneQueue()
        root.drop(Self.lines, as: "job.jsonl")
        return root
    }

    @Test(arguments: [[JobAction.hold, .release], [.cancel], [.hold, .cancel], [.hold]])
    func killedAtAnyCallNothingIsLostOrDoubled(_ actions: [JobAction]) throws {
        let calm = root()
        _ = try live(calm, on: calm.disk, asking: actions)
        var wrong: [String] = []
        for call in 1...calm.disk.calls.count {
            for restart in [Restart.process, .powerLoss(seed: UInt64(call))] {
                let root = root()
                root.disk.setPlan(FaultPlan(call: call, call % 2 == 0 ? .killAfter : .killBefore))
                _ = try live(root, on: root.disk, asking: actions)
                let disk = root.disk.afterRestart(restart)
                if restart != .process { root.clock.reboot() }
                wrong += try judge(root, disk, actions).map { "\(actions), call \(call), \(restart): \($0)" }
            }
        }
        #expect(wrong == [])
    }

    /// Lets the next daemon end what the first began; what is held then is released.
    private func judge(_ root: OneQueue, _ disk: SimulatedDisk, _ actions: [JobAction]) throws -> [String] {
        var found: [String] = []
        let harness = try root.harness(on: disk)
        if harness.run() != .idle { found.append("it does not end") }
        if try disk.status(of: root.layout.held("job").record) != nil {
            if actions.last != .hold && !actions.contains(.release) && !actions.contains(.cancel) {
                found.append("it is held though nobody asked for that")
            }
            try ControlInbox(disk: disk).leave(Self.request(.release), id: "last")
            if harness.work() != .idle { found.append("it does not end after its release") }
        }
        let job = try PublishedJob(JobName(queue: "q", key: "job"), on: disk)
        found += job.violations
        if job.files[PublishedName.failed] != nil {
            if !actions.contains(.cancel) { found.append("it failed though nobody cancelled it") }
        } else if try job.lines().results != Array(1...20) {
            found.append("it answers \(try job.lines().results)")
        }
        found += InvariantChecker(disk: disk, queues: ["q"]).violationsAtAnyInstant()
        let requests = try disk.entries(of: SpoolLayout.control, maximum: .max).map(\.name.string)
        if requests.contains(where: { !$0.hasSuffix(".answer") }) { found.append("requests are left: \(requests)") }
        for directory in [root.layout.jobs, root.layout.staging, root.layout.claimed, root.layout.hold] {
            let names = try disk.entries(of: directory, maximum: .max).map(\.name.string)
            if !names.isEmpty { found.append("\(directory) holds \(names)") }
        }
        return found
    }
}
