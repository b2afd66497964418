import BatchCore
import Spool

/// The first records of a file, answered to see how long the rest will take.
struct ModelSample {
    /// Records that are answered at most.
    static let recordsMaximum = 1000
    /// Records that are answered together at most; after each such step the time is looked at.
    private static let stepRecordsMaximum = 100
    /// The tokens of a batch at most.
    private static let budgetTokensMaximum = 1 << 12
    /// Seconds after which no further step is begun.
    private static let secondsMaximum = 3.0

    /// Records that were answered.
    private(set) var records = 0
    /// Seconds of one thread for them: tokens, model and result lines.
    private(set) var answerSeconds = 0.0
    /// Everything that the sample cost, starting the model included.
    private(set) var seconds = 0.0

    /// Answers records of a block, until there are enough.
    mutating func add(
        _ block: RecordBlock,
        model: any BatchModel,
        settings: QueueConfiguration,
        time: SystemTimeSource
    ) throws {
        guard records < Self.recordsMaximum, seconds < Self.secondsMaximum, !block.records.isEmpty else { return }
        let start = time.monotonicSeconds
        let computer = try GroupComputer(model: model, now: { time.monotonicSeconds })
        // The first answer pays for memory that later ones find there.
        try computer.answerCanary()
        let writer = try ResultWriter(configuration: settings, model: model)
        let budgetTokens = min(RecordPipe.budgetTokens(for: model), Self.budgetTokensMaximum)
        var first = 0
        while first < block.records.count, records < Self.recordsMaximum,
            time.monotonicSeconds - start < Self.secondsMaximum
        {
            // Steps begin with one record and grow, so that a slow model is not asked for more than the time allows.
            let end = min(first + min(max(records, 1), Self.stepRecordsMaximum), block.records.count)
            let step = block.keeping(first..<end)
            let begin = time.monotonicSeconds
            let outcome = try computer.answer(
                [step],
                onLong: [settings.limits.onLong],
                explainedStretches: [settings.output.explain],
                budgetTokens: budgetTokens
            )
            for one in outcome { _ = writer.lines(of: one) }
            answerSeconds += time.monotonicSeconds - begin
            records += end - first
            first = end
        }
        seconds += time.monotonicSeconds - start
    }
}

extension RecordBlock {
    /// The same block with some of its records only.
    fileprivate func keeping(_ range: Range<Int>) -> RecordBlock {
        var block = self
        block.removeRecords(Set(records.indices).subtracting(range))
        return block
    }
}
