import ArgumentParser
import BatchCore
import FoundationEssentials
import Glibc
import JSONLines
import Spool
import SystemPackage

/// `batchd bench model`: one model over one file, without a queue.
struct BenchModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Measures one model over a file of records: file in, results out.",
        usage: "batchd bench model <model> --input <input> [<options>]",
        discussion: """
            It does what 'batchd pipe' does, and prints one JSON line: 'seconds' and 'cpu_s' are all but the start of \
            the process and the loading of the model, which is 'load_s'; 'tokens' are those that the model computed.

            Example:
              batchd bench model sentiment --input reviews.jsonl.zst --threads 2
            """
    )

    @Argument(help: "The model: name, name@version, name@alias, or a directory with a '/' in it.")
    var model: String

    @Option(name: .long, help: "A .jsonl or .jsonl.zst file.", completion: .file())
    var input: String

    @Option(name: .long, help: "The number format that the model runs in: float32, bfloat16, int8 or auto.")
    var precision = PrecisionChoice.auto

    @Option(name: .long, help: "Compute threads (default: one for each core).")
    var threads: Int?

    @Option(name: .long, help: "Use only the first records of the file, so many.")
    var limit: Int?

    @Option(name: .long, help: "Explain each answer by so many stretches of text, 0 to 50.")
    var explain = 0

    @Option(name: .long, help: "Write the results to this file (default: nowhere).", completion: .file())
    var output: String?

    @Option(name: .long, help: "Tokens of a batch (default: what the engine found, else what suits the model).")
    var batchTokens: Int?

    @OptionGroup var rootOption: RootOption

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), expected 1 to 1024.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more.") }
        if !(0...50).contains(explain) { throw ValidationError("--explain is \(explain), expected 0 to 50.") }
        if let batchTokens, !(1...1 << 24).contains(batchTokens) {
            throw ValidationError("--batch-tokens is \(batchTokens), expected 1 to \(1 << 24).")
        }
    }

    func run() throws {
        try reportingFailure {
            let time = SystemTimeSource()
            let start = time.monotonicSeconds
            var settings = QueueConfiguration(model: try EngineModels.commandLineReference(model))
            settings.precision = precision
            settings.output.explain = explain
            let root = RootOption.path(rootOption.root)
            let loaded = try EngineModels(root: FilePath(root)).load(for: settings)
            let loadSeconds = time.monotonicSeconds - start
            let source = try Self.open(input, .readOnly, code: ExitStatus.noInput)
            let target = try Self.open(output ?? "/dev/null", .writeOnly, code: ExitStatus.inputOutput)
            let budget = batchTokens ?? RecordPipe.budgetTokens(for: loaded, root: root)
            let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
            let begin = time.monotonicSeconds
            let cpuBegin = Machine.cpuSeconds
            let pipe = RecordPipe(
                settings: settings,
                model: loaded,
                budgetTokens: budget,
                threads: threads,
                input: PipeInput(
                    descriptor: source.rawValue,
                    limits: settings.inputLimits,
                    compression: input.hasSuffix(".zst") ? .zstd : .none,
                    size: BlockSize(budgetTokens: budget),
                    recordsMaximum: limit ?? .max
                ),
                output: target.rawValue
            )
            let tally = try pipe.run()
            try target.close()
            let measurement = ModelMeasurement(
                model: loaded.identity,
                tally: tally,
                seconds: time.monotonicSeconds - begin,
                cpuSeconds: Machine.cpuSeconds - cpuBegin,
                loadSeconds: loadSeconds,
                threads: threads,
                batchTokens: budget
            )
            try StandardStream.output(DocumentCoding.encode(measurement))
        }
    }

    private static func open(_ path: String, _ mode: FileDescriptor.AccessMode, code: Int32) throws -> FileDescriptor {
        do {
            let permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
            return mode == .readOnly
                ? try FileDescriptor.open(path, mode)
                : try FileDescriptor.open(path, mode, options: [.create, .truncate], permissions: permissions)
        } catch {
            throw CommandFailure(code, "cannot open '\(path)': \(error)")
        }
    }
}

/// What one run of a model cost, under the names that benchmarks of other runtimes use.
struct ModelMeasurement: Encodable {
    private let peer: String
    private let version: String
    private let model: String
    private let precision: String
    private let isa: String
    private let threads: Int
    private let batchTokens: Int
    private let records: Int
    private let failed: Int
    private let tokens: Int
    private let seconds: Double
    private let recordsPerSecond: Double
    private let tokensPerSecond: Double
    private let peakRSSMebibytes: Double
    private let loadSeconds: Double
    private let cpuSeconds: Double

    private enum CodingKeys: String, CodingKey {
        case peer
        case version
        case model
        case precision
        case isa
        case threads
        case batchTokens = "batch_tokens"
        case records
        case failed
        case tokens
        case seconds
        case recordsPerSecond = "records_per_s"
        case tokensPerSecond = "tokens_per_s"
        case peakRSSMebibytes = "peak_rss_mb"
        case loadSeconds = "load_s"
        case cpuSeconds = "cpu_s"
    }

    init(
        model: ModelIdentity,
        tally: PipeTally,
        seconds: Double,
        cpuSeconds: Double,
        loadSeconds: Double,
        threads: Int,
        batchTokens: Int
    ) {
        let build = Machine.build.split(separator: " ")
        peer = build.first.map(String.init) ?? ""
        version = build.last.map(String.init) ?? ""
        self.model = model.reference
        precision = model.precision
        isa = Machine.provenance.isa
        self.threads = threads
        self.batchTokens = batchTokens
        records = tally.answered + tally.failed
        failed = tally.failed
        tokens = tally.tokens
        self.seconds = Self.rounded(seconds, 10_000)
        recordsPerSecond = Self.rounded(Double(tally.answered + tally.failed) / seconds, 100)
        tokensPerSecond = Self.rounded(Double(tally.tokens) / seconds, 10)
        peakRSSMebibytes = Self.rounded(Double(Machine.peakRSSBytes) / Double(1 << 20), 10)
        self.loadSeconds = Self.rounded(loadSeconds, 1000)
        self.cpuSeconds = Self.rounded(cpuSeconds, 10_000)
    }

    private static func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
}
