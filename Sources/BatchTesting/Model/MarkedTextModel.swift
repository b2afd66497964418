public import BatchCore
import Synchronization

/// A model of any task whose answers follow from the text alone, and that throws, traps or hangs where a text tells
/// it to.
public final class MarkedTextModel: BatchModel {
    /// What a text contains to bring its worker down.
    public enum Mark: String, Sendable, CaseIterable {
        /// `predict` throws, every time.
        case throwing = "[throws]"
        /// `predict` throws as often as `failFlakyTexts` said.
        case flaky = "[flaky]"
        /// The process traps.
        case trapping = "[traps]"
        /// `predict` never returns.
        case hanging = "[hangs]"
    }

    private struct Moods: Sendable {
        var flakyFailures = 0
        var isBroken = false
    }

    private let moods = Mutex(Moods())

    /// What results say of it, `marked@1`.
    public let identity: ModelIdentity

    /// What it does.
    public let task: ModelTask

    /// Three labels, two entity groups, or none.
    public let labels: [String]

    /// Words of a sequence; what is longer is cut.
    public let wordsMaximum: Int

    /// Records of a shard, where a queue leaves it to the model.
    public let shardRecords: Int

    /// Over all that its answers follow from.
    public let contentSHA256: String?

    /// Creates a model in good health.
    ///
    /// - Parameters:
    ///   - task: What it does.
    ///   - labels: The names of what it gives; nil for those that suit the task.
    ///   - wordsMaximum: Words of a sequence; a longer text is cut, refused or read in windows.
    ///   - version: What its identity says.
    ///   - weightsSHA256: What its identity says of its weights.
    ///   - precision: What its identity says that it runs in.
    ///   - contentSHA256: What it says of all that its answers follow from; nil for its weights.
    ///   - shardRecords: Records of a shard, where a queue leaves it to the model.
    public init(
        task: ModelTask = .classification,
        labels: [String]? = nil,
        wordsMaximum: Int = .max,
        version: Int = 1,
        weightsSHA256: String = String(repeating: "0", count: 64),
        precision: String = "exact",
        contentSHA256: String? = nil,
        shardRecords: Int = 4096
    ) {
        precondition(wordsMaximum > 0, "a sequence has room for a word")
        self.task = task
        self.labels = labels ?? Self.labels(of: task)
        self.wordsMaximum = wordsMaximum
        self.shardRecords = shardRecords
        self.contentSHA256 = contentSHA256 ?? weightsSHA256
        identity = ModelIdentity(
            name: "marked",
            version: version,
            weightsSHA256: weightsSHA256,
            precision: precision
        )
    }

    /// Creates the model that a queue of a test names; nil where the reference names none.
    ///
    /// - Parameters:
    ///   - reference: `testing/marked`, or with the task after a dash, `testing/marked-entities`.
    ///   - precision: What its identity says, unless it is `auto`.
    public convenience init?(reference: String, precision: PrecisionChoice) {
        let tasks: [String: ModelTask] = [
            "testing/marked": .classification,
            "testing/marked-labels": .multiLabel,
            "testing/marked-value": .regression,
            "testing/marked-entities": .tokenClassification,
            "testing/marked-embedding": .embedding(dimensions: 4),
        ]
        guard let task = tasks[reference] else { return nil }
        // A queue of the plain model may hold texts of any length.
        let wordsMaximum = task == .classification ? Int.max : 8
        self.init(task: task, wordsMaximum: wordsMaximum, precision: precision.precision?.rawValue ?? "exact")
    }

    private static func labels(of task: ModelTask) -> [String] {
        switch task {
        case .classification, .multiLabel: ["odd", "even", "other"]
        case .regression: ["length"]
        case .tokenClassification: ["NAME", "SHOUT"]
        case .embedding: []
        }
    }

    /// One, where an answer is a label or a number.
    public var explanationPasses: Int { [.classification, .multiLabel, .regression].contains(task) ? 1 : 0 }

    /// Has texts with the flaky mark fail so many more times.
    public func failFlakyTexts(times: Int) {
        moods.withLock { $0.flakyFailures = times }
    }

    /// Has every text fail, known-good ones too, or mends that.
    public func setBroken(_ isBroken: Bool) {
        moods.withLock { $0.isBroken = isBroken }
    }

    /// Makes a session.
    public func makeSession() -> any ModelSession {
        MarkedTextSession(model: self)
    }

    func shouldFail(_ mark: Mark?) -> Bool {
        moods.withLock { moods in
            if moods.isBroken || mark == .throwing { return true }
            guard mark == .flaky, moods.flakyFailures > 0 else { return false }
            moods.flakyFailures -= 1
            return true
        }
    }
}

/// What `MarkedTextModel` throws.
public struct MarkedTextFailure: Error, CustomStringConvertible {
    /// "the text says so".
    public var description: String { "the text says so" }
}
