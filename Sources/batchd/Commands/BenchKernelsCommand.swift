import ArgumentParser
import CKernels
import Kernels
import Spool

/// `batchd bench kernels`: the matrix products of this machine's instruction sets against their own peak.
struct BenchKernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Measures matrix products, and their share of this machine's peak.",
        usage: "batchd bench kernels [<options>]",
        discussion: """
            The peak is that of the product's own multiply instruction on registers alone, measured in turn with the \
            product in the same run. Several threads run as many products that share nothing. The shapes are those of \
            MiniLM, BERT-base and BERT-large. int8n is int8 with \
            activations of as few bits as make it fastest. Rates count each thread's CPU time. Medians are shown, with the lowest and the highest repeat.

            Example:
              batchd bench kernels --type float32 --threads 2 --quick
            """
    )

    @Flag(name: .long, help: "Print one JSON object a measurement.")
    var json = false

    @Option(name: .long, help: "Only this instruction set (default: all that this machine runs).")
    var isa: String?

    @Option(name: .long, help: "Only this number format: float32, bfloat16, int8 or int8n.")
    var type: String?

    @Option(name: .long, help: "Threads that measure at the same time.")
    var threads = 1

    @Flag(name: .long, help: "Fewer shapes and repeats.")
    var quick = false

    func validate() throws {
        if let type, !KernelBench.types.contains(type) {
            throw ValidationError("--type is '\(type)', expected float32, bfloat16, int8 or int8n.")
        }
        if !(1...1024).contains(threads) { throw ValidationError("--threads is \(threads), expected 1 to 1024.") }
    }

    func run() throws {
        try reportingFailure {
            let tables = isa == nil ? KernelTable.available : [try KernelTable.select(forced: isa)]
            if !json { try StandardStream.output(KernelMeasurement.header) }
            for table in tables {
                for (type, kernel) in KernelBench.kernels(named: table.name) where self.type ?? type == type {
                    try measure(kernel, isa: table.name, type: type)
                }
            }
        }
    }

    private func measure(_ kernel: bk_gemm_kernel, isa: String, type: String) throws {
        let shapes = quick ? [(384, 1536), (1536, 384)] : KernelBench.shapes
        for (k, n) in shapes {
            for m in quick ? [1, 128, 2048] : [1, 16, 128, 512, 2048] {
                for epilogue in KernelEpilogue.allCases where epilogue.applies(to: kernel) {
                    let bench = KernelBench(kernel: kernel, m: m, n: n, k: k, epilogue: epilogue)
                    let result = try bench.run(threads: threads, repeats: quick ? 5 : 9)
                    let measurement = KernelMeasurement(isa: isa, type: type, bench: bench, threads: threads, result)
                    try StandardStream.output(json ? measurement.json() : measurement.row)
                }
            }
        }
    }
}

/// What is fused into a product; every product adds a bias.
enum KernelEpilogue: String, CaseIterable, Sendable {
    case bias, biasGELU = "bias+gelu", biasResidual = "bias+residual", biasGELUPanels = "bias+gelu+panels"

    /// Products of integers do not write panels: their scales need whole rows.
    func applies(to kernel: bk_gemm_kernel) -> Bool {
        self != .biasGELUPanels || [BK_F32, BK_BF16].contains(kernel.activations.format)
    }
}

/// One measurement as it is printed.
struct KernelMeasurement: Encodable {
    var isa: String
    var type: String
    var m: Int
    var n: Int
    var k: Int
    var threads: Int
    var epilogue: String
    var gflops: Double
    var gflopsMinimum: Double
    var gflopsMaximum: Double
    var peakGflops: Double
    var shareOfPeak: Double

    enum CodingKeys: String, CodingKey {
        case isa, type, m, n, k, threads, epilogue, gflops
        case gflopsMinimum = "gflops_minimum"
        case gflopsMaximum = "gflops_maximum"
        case peakGflops = "peak_gflops"
        case shareOfPeak = "share_of_peak"
    }

    init(isa: String, type: String, bench: KernelBench, threads: Int, _ result: KernelBench.Result) {
        self.isa = isa
        self.type = type
        (m, n, k) = (bench.m, bench.n, bench.k)
        self.threads = threads
        epilogue = bench.epilogue.rawValue
        gflops = result.median(of: result.rates)
        gflopsMinimum = result.rates.min() ?? 0
        gflopsMaximum = result.rates.max() ?? 0
        peakGflops = result.median(of: result.peaks)
        shareOfPeak = result.shareOfPeak
    }

    func json() throws -> String {
        String(decoding: try DocumentCoding.encode(self), as: UTF8.self)
    }

    static let header = """
        isa         type         epilogue             m     k     n   GFLOP/s         (min-max)      peak   share

        """

    var row: String {
        let name = { (text: String, width: Int) in text + String(repeating: " ", count: max(0, width - text.count)) }
        let spread = "(\(gflopsMinimum.fixed(1))-\(gflopsMaximum.fixed(1)))"
        return name(isa, 12) + name(type, 13) + name(epilogue, 16) + "\(m)".leftPadded(6) + "\(k)".leftPadded(6)
            + "\(n)".leftPadded(6) + gflops.fixed(1).leftPadded(10) + spread.leftPadded(18)
            + peakGflops.fixed(1).leftPadded(10) + (shareOfPeak * 100).fixed(1).leftPadded(7) + "%\n"
    }
}
