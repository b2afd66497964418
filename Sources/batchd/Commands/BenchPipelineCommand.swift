import ArgumentParser
import BatchCore
import FoundationEssentials
import Glibc
import JSONLines
import Spool
import SystemPackage

/// `batchd bench pipeline`: from a dropped file to a published outbox, with the daemon itself.
struct BenchPipelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Measures dropped files to published results, at several sizes.",
        usage: "batchd bench pipeline [<options>]",
        discussion: """
            Each run makes a fresh root, drops one file and starts 'batchd run --once' in it; the time is that of the \
            whole command. Without --input the records are made up of common words, 100 characters each, and no two \
            are the same unless --duplicates asks for it. Lines of --input that are repeated to reach a size are \
            duplicates, and are answered once unless --compute-all is given.

            Example:
              batchd bench pipeline --records 1000,1000000 --runs 3
              batchd bench pipeline --records 1000000 --duplicates 0.6
            """
    )

    @Option(name: .long, help: "Sizes to measure, in records, separated by commas.")
    var records = "10,1000,100000,1000000"

    @Option(name: .long, help: "Runs of each size; the median is shown.")
    var runs = 3

    @Option(name: .long, help: "A .jsonl or .jsonl.zst file whose lines are repeated up to each size, as they are.")
    var input: String?

    @Option(name: .long, help: "The share of made-up records that repeat the text of one before, 0 to 1.")
    var duplicates = 0.0

    @Flag(name: .long, help: "Compute every record, also where its text was answered before.")
    var computeAll = false

    @Option(name: .long, help: "The model.")
    var model = "sentiment"

    @Option(name: .long, help: "Where the roots are made and removed (default: TMPDIR, else /tmp).")
    var directory: String?

    @Flag(name: .long, help: "Print one JSON object a size.")
    var json = false

    func run() throws {
        try reportingFailure {
            let sizes = records.split(separator: ",").compactMap { Int($0) }
            guard !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 }), (1...100).contains(runs) else {
                throw CommandFailure(ExitStatus.usage, "--records takes sizes like 1000,1000000 and --runs 1 to 100")
            }
            guard (0...1).contains(duplicates), input == nil || duplicates == 0 else {
                throw CommandFailure(ExitStatus.usage, "--duplicates takes a share from 0 to 1, and no --input")
            }
            let content: BenchInput =
                try input.map { .repeated(try BenchInput.lines(ofFile: $0)) } ?? .madeUp(duplicates: duplicates)
            let parent = directory ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
            if !json { try StandardStream.output(PipelineMeasurement.header) }
            for size in sizes {
                let root = FilePath(parent).appending("batchd-bench.\(getpid())")
                let bench = PipelineBench(
                    root: root,
                    model: model,
                    content: content,
                    computesAll: computeAll,
                    records: size
                )
                var measured = try (0..<runs).map { _ in try bench.run() }
                measured.sort { $0.wallSeconds < $1.wallSeconds }
                let median = measured[measured.count / 2]
                let spread = (measured[0].wallSeconds, measured[measured.count - 1].wallSeconds)
                try StandardStream.output(json ? median.json(spread: spread) : median.row(spread: spread))
            }
        }
    }
}

/// The records that are measured.
enum BenchInput {
    /// The lines of a file, over and over.
    case repeated([[UInt8]])
    /// Common words, of which such a share of the records repeats one before.
    case madeUp(duplicates: Double)

    private static let words = """
        the service was quick and friendly but food arrived cold we waited over an hour for room clean quiet staff \
        helpful price too high quality poor delivery late package broken great value love it works as described \
        never again terrible excellent recommended disappointed happy battery screen sound flight delayed crew 很好 \
        不错 差评 物流 很快 质量 一般 服务 态度
        """.split(separator: " ").map { Array($0.utf8) }

    /// Some of the records, a line each; the same on every machine.
    func lines(_ numbers: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in numbers {
            switch self {
            case .repeated(let lines): bytes += lines[number % lines.count]
            case .madeUp(let duplicates): Self.appendMadeUp(number, duplicates: duplicates, to: &bytes)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Whether a record repeats one, and which, follows from its number alone.
    private static func appendMadeUp(_ number: Int, duplicates: Double, to bytes: inout [UInt8]) {
        let before = Int((Double(number) * (1 - duplicates)).rounded(.up))
        let isNew = Int((Double(number + 1) * (1 - duplicates)).rounded(.up)) > before
        var draw = SplitMix64(seed: UInt64(number))
        let text = isNew ? before : Int.random(in: 0..<max(before, 1), using: &draw)
        var random = SplitMix64(seed: ~UInt64(text))
        bytes += Array("{\"id\":\(number),\"text\":\"".utf8)
        let start = bytes.count
        while bytes.count - start < 100 {
            if bytes.count > start { bytes.append(UInt8(ascii: " ")) }
            bytes += words.randomElement(using: &random) ?? []
        }
        bytes += Array("\"}".utf8)
    }

    /// The non-blank lines of a file.
    static func lines(ofFile path: String) throws -> [[UInt8]] {
        guard let file = fopen(path, "re") else {
            throw CommandFailure(ExitStatus.noInput, "cannot read '\(path)': \(Errno(rawValue: errno))")
        }
        defer { fclose(file) }
        let stream = try DecodedStream(path.hasSuffix(".zst") ? .zstd : .none) { buffer in
            fread(buffer.baseAddress, 1, buffer.count, file)
        }
        let reader = LineReader(stream)
        var lines: [[UInt8]] = []
        while let block = try reader.nextBlock(maximumRecords: 65536, maximumBytes: 64 << 20) {
            lines += block.lines.map { Array(block.bytes[$0.range]) }
        }
        guard !lines.isEmpty else { throw CommandFailure(ExitStatus.data, "'\(path)' has no records") }
        return lines
    }
}

/// One size, measured with the daemon itself in a fresh root.
struct PipelineBench {
    let root: FilePath
    let model: String
    let content: BenchInput
    let computesAll: Bool
    let records: Int

    /// Drops a file, runs `batchd run --once` and reads what it published.
    func run() throws -> PipelineMeasurement {
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        try? FileManager.default.removeItem(atPath: root.string)
        try start(["init", root.string, "--quiet"])
        let disk = try LinuxFileSystem(root: root)
        let queue = QueueLayout(queue: "sentiment")
        let configuration = "model: \(model)\n" + (computesAll ? "deduplicate: false\n" : "")
        try disk.writeDurably(Array(configuration.utf8), to: queue.configuration)
        try drop(into: queue, on: disk)
        let time = SystemTimeSource()
        let before = Self.childCPUSeconds
        let start = time.monotonicSeconds
        try self.start(["run", "--once", "--root", root.string])
        let wall = time.monotonicSeconds - start
        let metrics = try DocumentCoding.decode(
            JobMetrics.self,
            from: disk.readFile(queue.published("bench").appending(PublishedName.metrics), bytesMaximum: 1 << 20)
        )
        return PipelineMeasurement(
            records: records,
            wallSeconds: wall,
            cpuSeconds: Self.childCPUSeconds - before,
            metrics: metrics
        )
    }

    private static let recordsPerFrame = 65_536

    private func drop(into queue: QueueLayout, on disk: LinuxFileSystem) throws {
        let encoder = try ZstdEncoder()
        let part = queue.incoming.appending(".bench.part")
        let file = try disk.open(part, .createNew)
        var written = 0
        while written < records {
            let count = min(Self.recordsPerFrame, records - written)
            let chunk = content.lines(written..<written + count)
            written += count
            var frame: [UInt8] = []
            try encoder.appendFrame(of: chunk.span.bytes, to: &frame)
            try frame.withUnsafeBytes { try file.write($0) }
        }
        try file.sync()
        try file.close()
        try disk.rename(part, to: queue.incoming.appending("bench.jsonl.zst"), replacing: false)
    }

    private func start(_ arguments: [String]) throws {
        var command = ChildCommand.thisBinary(arguments: arguments)
        let null = try FileDescriptor.open("/dev/null", .writeOnly)
        defer { try? null.close() }
        command.descriptors = [STDERR_FILENO: null, STDOUT_FILENO: null]
        let child = try ChildProcess(command)
        guard case .ended(.exited(0)) = try child.wait() else {
            throw CommandFailure(ExitStatus.data, "'batchd \(arguments.joined(separator: " "))' failed")
        }
    }

    private static var childCPUSeconds: Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_CHILDREN.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

/// What one run cost.
struct PipelineMeasurement {
    var records: Int
    var wallSeconds: Double
    var cpuSeconds: Double
    var metrics: JobMetrics

    private struct Document: Encodable {
        var records: Int
        var wallSeconds: Double
        var wallSecondsMinimum: Double
        var wallSecondsMaximum: Double
        var cpuSeconds: Double
        var recordsPerSecond: Double
        var peakRSSBytes: Int
        var seconds: JobSeconds
        var isa: String
        var model: String
        var batchBudgetTokens: Int

        enum CodingKeys: String, CodingKey {
            case records
            case wallSeconds = "wall_seconds"
            case wallSecondsMinimum = "wall_seconds_minimum"
            case wallSecondsMaximum = "wall_seconds_maximum"
            case cpuSeconds = "cpu_seconds"
            case recordsPerSecond = "records_per_second"
            case peakRSSBytes = "peak_rss_bytes"
            case seconds
            case isa
            case model
            case batchBudgetTokens = "batch_budget_tokens"
        }
    }

    func json(spread: (Double, Double)) throws -> String {
        let document = Document(
            records: records,
            wallSeconds: wallSeconds,
            wallSecondsMinimum: spread.0,
            wallSecondsMaximum: spread.1,
            cpuSeconds: cpuSeconds,
            recordsPerSecond: Double(records) / wallSeconds,
            peakRSSBytes: metrics.peakRSSBytes,
            seconds: metrics.seconds,
            isa: metrics.isa,
            model: metrics.model?.reference ?? "",
            batchBudgetTokens: metrics.batchBudgetTokens
        )
        return String(decoding: try DocumentCoding.encode(document), as: UTF8.self)
    }

    static let header = """
           records    wall s         (min-max)    records/s   CPU \(Glyphs.standard.micro)s/record   read  scan encode predict write   RSS MiB

        """

    func row(spread: (Double, Double)) -> String {
        let perRecord = { (seconds: Double) in seconds * 1e6 / Double(records) }
        let stages = metrics.seconds
        let columns = [
            "\(records)".leftPadded(10),
            wallSeconds.fixed(3).leftPadded(10),
            "(\(spread.0.fixed(3))-\(spread.1.fixed(3)))".leftPadded(18),
            (Double(records) / wallSeconds).fixed(0).leftPadded(13),
            perRecord(cpuSeconds).fixed(2).leftPadded(16),
            perRecord(stages.read).fixed(2).leftPadded(7),
            perRecord(stages.scan).fixed(2).leftPadded(6),
            perRecord(stages.encode).fixed(2).leftPadded(7),
            perRecord(stages.predict).fixed(2).leftPadded(8),
            perRecord(stages.write).fixed(2).leftPadded(6),
            "\(metrics.peakRSSBytes >> 20)".leftPadded(10),
        ]
        return columns.joined() + "\n"
    }
}

extension Double {
    /// The number with so many decimals.
    func fixed(_ decimals: Int) -> String {
        var bytes: [UInt8] = []
        JSONWriter.appendDecimal(self, fractionDigits: decimals, to: &bytes)
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        guard decimals > 0, let whole = parts.first else { return String(parts.first ?? "0") }
        return whole + "." + fraction + String(repeating: "0", count: max(decimals - fraction.count, 0))
    }
}

extension String {
    /// The text with blanks before it, at least so many characters.
    func leftPadded(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
