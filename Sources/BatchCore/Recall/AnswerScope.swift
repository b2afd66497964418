import Synchronization

/// Whose answers may be found: those of one job, or of all jobs of a queue that share a store.
///
/// The secret key keeps scopes apart. Two scopes that hold the same text have different digests of it, so none finds
/// what was computed for another model, another queue or another treatment of long texts.
public final class AnswerScope: Sendable {
    /// Texts that are looked for between two judgements of whether that pays.
    public static let trialRecords = 65_536

    private let memory: AnswerMemory
    private let key: DigestKey
    private let origin: UInt32
    /// Whether new answers are handed on, to be kept for other nights.
    let keepsLearned: Bool
    private let tally = Mutex(Tally())

    private struct Tally {
        var looked = 0
        var spentSeconds = 0.0
        var savedSeconds = 0.0
        var hasGivenUp = false
    }

    /// Creates a scope.
    ///
    /// - Parameters:
    ///   - memory: Where answers are remembered, shared with other scopes.
    ///   - key: The secret that sets this scope apart.
    ///   - origin: Tells this job's answers from those of others in the same scope.
    ///   - keepsLearned: Whether new answers are handed on; such a scope never gives up.
    public init(
        memory: AnswerMemory,
        key: DigestKey = .secret(),
        origin: UInt32 = 0,
        keepsLearned: Bool = false
    ) {
        self.memory = memory
        self.key = key
        self.origin = origin
        self.keepsLearned = keepsLearned
    }

    /// Whether looking was found to cost more than it saves: a cheap model, and hardly any text twice.
    public var hasGivenUp: Bool { tally.withLock { $0.hasGivenUp } }

    func digest(of record: Int, in block: RecordBlock, onLong: LongTextPolicy) -> TextDigest {
        let text = block.textRange(of: record)
        return TextDigest(
            texts: block.texts.span.extracting(text.lowerBound..<block.records[record].pairEnd),
            textBytes: text.count,
            hasPair: block.hasPairs,
            onLong: onLong,
            key: key
        )
    }

    func find(_ digest: TextDigest, into rows: inout PredictionRows) -> RecalledText? {
        memory.find(digest, into: &rows)
    }

    func isOwn(_ recalled: RecalledText) -> Bool { recalled.origin == origin }

    func remember(_ digest: TextDigest, _ answer: Span<UInt64>) {
        memory.insert(digest, origin: origin, answer: answer)
    }

    /// Takes what looking for a group's records has cost and saved, and gives up where that does not pay.
    ///
    /// - Parameters:
    ///   - looked: The records that were looked for.
    ///   - spentSeconds: What that took.
    ///   - savedSeconds: What computing those would have taken that were found.
    func record(looked: Int, spentSeconds: Double, savedSeconds: Double) {
        guard !keepsLearned else { return }
        tally.withLock { tally in
            tally.looked += looked
            tally.spentSeconds += spentSeconds
            tally.savedSeconds += savedSeconds
            guard tally.looked >= Self.trialRecords, !tally.hasGivenUp else { return }
            tally = Tally(hasGivenUp: tally.savedSeconds < tally.spentSeconds)
        }
    }
}
