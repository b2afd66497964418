import BatchCore
import Glibc
import JSONLines
import Spool
import Synchronization
import SystemPackage

/// Reads lines, answers them on several threads and writes the answers in the order of the lines.
///
/// Every thread takes a block of lines, answers it and hands it to the output. Two blocks a thread are in memory at
/// most, whoever is slow: the sender, the model or the reader.
final class RecordPipe: Sendable {
    private let settings: QueueConfiguration
    private let model: any BatchModel
    private let budgetTokens: Int
    private let threads: Int
    private let input: Mutex<PipeInput>
    private let output: OrderedOutput
    private let tally = Mutex(PipeTally())

    /// Creates a pipe.
    ///
    /// - Parameters:
    ///   - settings: What is read and written of a record.
    ///   - model: The model that answers.
    ///   - budgetTokens: The tokens of a batch.
    ///   - threads: Compute threads.
    ///   - input: The lines.
    ///   - output: Where the answers go.
    init(
        settings: QueueConfiguration,
        model: any BatchModel,
        budgetTokens: Int,
        threads: Int,
        input: sending PipeInput,
        output: Int32
    ) {
        self.settings = settings
        self.model = model
        self.budgetTokens = budgetTokens
        self.threads = threads
        self.input = Mutex(input)
        self.output = OrderedOutput(descriptor: output, aheadMaximum: 2 * threads)
    }

    /// The tokens of a batch: what an engine of this root found best on this machine, else what suits most.
    static func budgetTokens(for model: any BatchModel, root: String) -> Int {
        BudgetStore.budget(for: model.identity, root: root) ?? budgetTokens(for: model)
    }

    /// The tokens of a batch, for a model that nothing was measured of.
    static func budgetTokens(for model: any BatchModel) -> Int {
        let budgets = BudgetTuner.candidates(
            cacheBytes: Machine.secondLevelCacheBytes,
            bytesPerToken: model.scratchBytesPerToken
        )
        return BudgetTuner(candidates: budgets).settledOrDefault
    }

    /// Works until the input ends; a failure ends the process.
    ///
    /// - Returns: What was answered.
    /// - Throws: `ThreadError`.
    @discardableResult
    func run() throws -> PipeTally {
        let group = ThreadGroup()
        for _ in 0..<threads {
            try group.start { [self] in
                do {
                    try work()
                } catch {
                    end(with: error)
                }
            }
        }
        while !group.wait(seconds: 3600) {}
        return tally.withLock(\.self)
    }

    private func work() throws {
        var worker = try PipeWorker(settings: settings, model: model, budgetTokens: budgetTokens)
        while let block = try input.withLock({ try $0.next() }) {
            try output.write(worker.answer(block), ordinal: block.ordinal)
        }
        tally.withLock { $0.add(worker.tally) }
    }

    /// Other threads may sleep in read(2) or wait for a turn that never comes: the process ends here.
    private func end(with error: any Error) -> Never {
        if let error = error as? PipeError, error.errno == .brokenPipe { _exit(ExitStatus.success) }
        let failure = CommandFailure(error)
        StandardStream.error("batchd: \(failure.description.visible)\n")
        _exit(failure.code)
    }
}
