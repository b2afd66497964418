import BatchCore
import JSONLines
import Spool

/// What a pipe has answered.
struct PipeTally: Equatable {
    /// Lines with a result.
    var answered = 0
    /// Lines with an error.
    var failed = 0
    /// Packed tokens.
    var tokens = 0

    mutating func add(_ outcome: ShardOutcome) {
        answered += outcome.block.records.count
        failed += outcome.block.failures.count
        tokens += outcome.tokens
    }

    mutating func add(_ other: PipeTally) {
        answered += other.answered
        failed += other.failed
        tokens += other.tokens
    }
}

/// One thread's part of a pipe: turns blocks of lines into lines of answers.
struct PipeWorker {
    private let model: any BatchModel
    private let onLong: LongTextPolicy
    private let explainedStretches: Int
    private let budgetTokens: Int
    /// What was answered so far.
    private(set) var tally = PipeTally()
    private let writer: ResultWriter
    private var computer: GroupComputer
    private var extractor: RecordExtractor
    private var failures: FailureFormatter

    init(
        settings: QueueConfiguration,
        model: any BatchModel,
        origin: ResultOrigin = ResultOrigin(),
        budgetTokens: Int
    ) throws {
        self.model = model
        onLong = settings.limits.onLong
        explainedStretches = settings.output.explain
        self.budgetTokens = budgetTokens
        writer = try ResultWriter(configuration: settings, model: model, origin: origin)
        computer = try Self.makeComputer(model)
        extractor = RecordExtractor(configuration: settings)
        failures = FailureFormatter(limits: settings.inputLimits)
    }

    /// Answers a block.
    ///
    /// - Returns: One line for each line of the block, blank ones included.
    mutating func answer(_ block: PipeInput.Block) throws -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(block.lines.lines.count * 256)
        var line = block.numbers.lowerBound
        for outcome in try outcomes(of: block) {
            append(outcome, from: &line, to: &output)
            tally.add(outcome)
        }
        appendBlankLines(from: &line, until: block.numbers.upperBound, to: &output)
        return output
    }

    /// The answers of a block: in one piece, or record by record where one of them makes the model fail.
    private mutating func outcomes(of block: PipeInput.Block) throws -> [ShardOutcome] {
        let ordinals = 0..<block.lines.lines.count
        do {
            return [try outcome(of: extractor.extract(block.lines, ordinals: ordinals))]
        } catch {
            computer = try Self.makeComputer(model)
            try computer.answerCanary()
        }
        return try ordinals.map { ordinal in
            do {
                return try outcome(of: extractor.extract(block.lines, ordinals: ordinal..<ordinal + 1))
            } catch {
                computer = try Self.makeComputer(model)
                let poison = extractor.extract(block.lines, ordinals: ordinal..<ordinal + 1, poison: [ordinal: 1])
                return ShardOutcome(block: poison, predictions: PredictionRows(columns: model.valuesPerRecord))
            }
        }
    }

    private func outcome(of block: RecordBlock) throws -> ShardOutcome {
        let outcomes = try computer.answer(
            [block],
            onLong: [onLong],
            explainedStretches: [explainedStretches],
            budgetTokens: budgetTokens
        )
        return outcomes[0]
    }

    /// Merges results and failures into the order of their lines.
    private mutating func append(_ outcome: ShardOutcome, from line: inout Int, to output: inout [UInt8]) {
        let failed = outcome.block.failures.sorted { $0.ordinal < $1.ordinal }
        var nextFailure = 0
        var nextRecord = 0
        while nextRecord < outcome.block.records.count || nextFailure < failed.count {
            let record = nextRecord < outcome.block.records.count ? outcome.block.records[nextRecord].ordinal : .max
            let failure = nextFailure < failed.count ? failed[nextFailure].ordinal : .max
            if record < failure {
                appendBlankLines(from: &line, until: outcome.block.records[nextRecord].line, to: &output)
                writer.appendLine(of: outcome, record: nextRecord, to: &output)
                output.append(UInt8(ascii: "\n"))
                nextRecord += 1
            } else {
                appendBlankLines(from: &line, until: failed[nextFailure].line, to: &output)
                failures.appendLine(of: failed[nextFailure], in: outcome.block, to: &output)
                nextFailure += 1
            }
            line += 1
        }
    }

    private func appendBlankLines(from line: inout Int, until number: Int, to output: inout [UInt8]) {
        guard line < number else { return }
        output.append(contentsOf: repeatElement(UInt8(ascii: "\n"), count: number - line))
        line = number
    }

    private static func makeComputer(_ model: any BatchModel) throws -> GroupComputer {
        // Nothing here asks how long anything took.
        try GroupComputer(model: model, now: { 0 })
    }
}
