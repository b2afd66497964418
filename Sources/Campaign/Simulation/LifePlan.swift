import BatchCore
import BatchTesting
import Spool
import SystemPackage

/// What goes wrong in one life of the daemon; nothing unless drawn.
struct LifePlan: CustomStringConvertible {
    var faults: [FaultPlan] = []
    /// The queue that all faults are confined to.
    var confinedTo: Int?
    /// The step before which somebody mends what fails from a call on.
    var mendedAtStep: Int?
    /// The step before which the disk fills up, with so many bytes left.
    var fullAtStep: (step: Int, bytesLeft: Int)?
    /// The step before which somebody makes room.
    var roomAtStep: Int?

    /// A life in which nothing goes wrong.
    init() {}

    /// Draws a life.
    ///
    /// - Parameters:
    ///   - habits: The run's.
    ///   - jobs: How many files it has to do with.
    ///   - queues: The queues.
    ///   - random: Draws.
    init(habits: RunHabits, jobs: Int, queues: [QueueLayout], _ random: inout SplitMix64) {
        let kind = Int.random(in: 0..<16, using: &random)
        if kind < 8 || kind == 14 { faults.append(Self.death(jobs: jobs, &random)) }
        if kind >= 8 && kind < 14 { drawFailure(jobs: jobs, queues: queues, &random) }
        if kind == 14 || Int.random(in: 0..<16, using: &random) == 0 { drawFullDisk(&random) }
    }

    private static func call(jobs: Int, _ random: inout SplitMix64) -> Int {
        let last = Int.random(in: 0..<3, using: &random) == 0 ? 30 : 40 + 60 * jobs
        return Int.random(in: 1...last, using: &random)
    }

    private static func death(jobs: Int, _ random: inout SplitMix64) -> FaultPlan {
        let deaths: [FaultPlan.Fault] = [.killBefore, .killAfter, .killAfter, .tornWrite]
        let death = deaths[Int.random(in: 0..<4, using: &random)]
        return FaultPlan(
            call: call(jobs: jobs, &random),
            death,
            operations: death == .tornWrite ? [.write] : Set(DiskOperation.allCases)
        )
    }

    private mutating func drawFailure(jobs: Int, queues: [QueueLayout], _ random: inout SplitMix64) {
        let errors: [Errno] = [.ioError, .ioError, .noSpace, .readOnlyFileSystem, .tooManyOpenFiles]
        let errno = errors[Int.random(in: 0..<errors.count, using: &random)]
        let isSticky = Bool.random(using: &random)
        var plan = FaultPlan(
            call: Self.call(jobs: jobs, &random),
            isSticky ? .failFromThenOn(errno) : .failOnce(errno)
        )
        switch Int.random(in: 0..<6, using: &random) {
        case 0: plan.operations = [.sync]
        case 1: plan.operations = [.syncDirectory]
        case 2: plan.operations = [.rename]
        default: break
        }
        if queues.count > 1, Int.random(in: 0..<3, using: &random) == 0 {
            let queue = Int.random(in: queues.indices, using: &random)
            plan.places = [queues[queue].directory, queues[queue].outbox]
            confinedTo = queue
        }
        faults.append(plan)
        if isSticky { mendedAtStep = Int.random(in: 10...60, using: &random) }
    }

    private mutating func drawFullDisk(_ random: inout SplitMix64) {
        let step = Int.random(in: 0...30, using: &random)
        fullAtStep = (step, Int.random(in: 0...6000, using: &random))
        roomAtStep = step + Int.random(in: 1...40, using: &random)
    }

    /// Whether the daemon must get over everything that goes wrong without a restart.
    var isPassing: Bool {
        faults.allSatisfy { plan in
            switch plan.fault {
            case .failOnce(let errno), .failFromThenOn(let errno): errno == .noSpace || errno == .tooManyOpenFiles
            case .killBefore, .killAfter, .tornWrite: false
            }
        }
    }

    /// What is planned, in words.
    var description: String {
        var words = faults.map { "\($0.fault) at call \($0.call) of \($0.operations.count) kinds in \($0.places)" }
        if let fullAtStep { words.append("full at step \(fullAtStep.step) with \(fullAtStep.bytesLeft) bytes left") }
        if let roomAtStep { words.append("room at step \(roomAtStep)") }
        if let mendedAtStep { words.append("mended at step \(mendedAtStep)") }
        return words.isEmpty ? "nothing goes wrong" : words.joined(separator: ", ")
    }
}
