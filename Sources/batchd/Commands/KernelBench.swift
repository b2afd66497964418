import CKernels
import Glibc
import Spool

/// One product of one kernel, measured in turn with the kernel's peak.
struct KernelBench: Sendable {
    static let types = ["float32", "bfloat16", "int8", "int8n"]

    /// The inputs and outputs of the linear layers of MiniLM, BERT-base and BERT-large.
    static let shapes = [384, 768, 1024].flatMap { width in
        [(width, width), (width, 3 * width), (width, 4 * width), (4 * width, width)]
    }

    let kernel: bk_gemm_kernel
    let m: Int
    let n: Int
    let k: Int
    let epilogue: KernelEpilogue

    /// What the threads reached together in each repeat, in GFLOP/s.
    struct Result: Sendable {
        var rates: [Double]
        var peaks: [Double]

        /// The median of the repeats' shares, since product and peak are measured one after the other.
        var shareOfPeak: Double { median(of: zip(rates, peaks).map { $0 / $1 }) }

        func median(of values: [Double]) -> Double { values.sorted()[values.count / 2] }
    }

    /// The kernels of an instruction set by number format.
    static func kernels(named isa: String) -> [(String, bk_gemm_kernel)] {
        var index = 0
        while let table = bk_table_at(index)?.pointee {
            if String(cString: table.name) == isa {
                let kernels = [table.gemm.0, table.gemm.1, table.gemm.2, table.gemm.3]
                return zip(types, kernels).compactMap { type, kernel in kernel.map { (type, $0.pointee) } }
            }
            index += 1
        }
        return []
    }

    /// Runs the product on so many threads at once, each with operands of its own.
    func run(threads: Int, repeats: Int) throws -> Result {
        let none = Array(repeating: 0.0, count: repeats)
        let results = Monitor(Result(rates: none, peaks: none))
        let group = ThreadGroup()
        for _ in 0..<threads {
            try group.start {
                let operands = KernelOperands(self)
                operands.multiply(times: 1)
                for number in 0..<repeats {
                    let (rate, peak) = operands.measureOnce()
                    results.withLock {
                        $0.rates[number] += rate
                        $0.peaks[number] += peak
                    }
                }
            }
        }
        guard group.wait(seconds: 3600) else {
            throw CommandFailure(ExitStatus.temporary, "a measurement took over an hour; try --quick")
        }
        return results.withLock { $0 }
    }
}

/// The memory of one thread's product.
final class KernelOperands {
    private let bench: KernelBench
    private var product = bk_gemm()
    private var owned: [UnsafeMutableRawPointer] = []

    /// How long one side of a repeat takes at least.
    private static let repeatSeconds = 0.004

    init(_ bench: KernelBench) {
        self.bench = bench
        var kernel = bench.kernel
        let (m, n, k) = (bench.m, bench.n, bench.k)
        let columns = n + Int(kernel.weight_columns)
        product.m = m
        product.n = n
        product.k = k
        product.a = UnsafeRawPointer(zeroed(bk_panel_bytes(&kernel.activations, m, k)))
        product.b = UnsafeRawPointer(zeroed(bk_packed_weight_bytes(&kernel, n, k)))
        product.row_scales = UnsafePointer(zeroed(m * 8).assumingMemoryBound(to: bk_row_scale.self))
        product.weight_scales = UnsafePointer(floats(columns))
        product.weight_sums = UnsafePointer(zeroed(columns * 4).assumingMemoryBound(to: Int32.self))
        product.bias = UnsafePointer(floats(columns))
        product.c_stride = n
        product.residual_stride = n
        addEpilogue(m: m, n: n)
    }

    deinit {
        for memory in owned { memory.deallocate() }
    }

    private func addEpilogue(m: Int, n: Int) {
        var layout = bench.kernel.activations
        switch bench.epilogue {
        case .bias: product.c = floats(m * n)
        case .biasGELU:
            product.c = floats(m * n)
            product.activation = BK_GELU
        case .biasResidual:
            product.c = floats(m * n)
            product.residual = UnsafePointer(floats(m * n))
        case .biasGELUPanels:
            product.panels = zeroed(bk_panel_bytes(&layout, m, n))
            product.activation = BK_GELU
        }
    }

    private func zeroed(_ bytes: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes + 64, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes + 64)
        owned.append(memory)
        return memory
    }

    private func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
        zeroed(count * 4).assumingMemoryBound(to: Float.self)
    }

    func multiply(times: Int) {
        for _ in 0..<times {
            bench.kernel.multiply(&product)
        }
    }

    /// The product's and the peak's rate, one after the other, in GFLOP/s.
    func measureOnce() -> (rate: Double, peak: Double) {
        let operations = 2.0 * Double(bench.m) * Double(bench.n) * Double(bench.k)
        let peak = rate { $0 += bench.kernel.peak(10_000) }
        let rate = rate {
            multiply(times: 1)
            $0 += operations
        }
        return (rate, peak)
    }

    // Time of this thread's own, so that other programs on the machine disturb as little as may be.
    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func rate(_ work: (inout Double) -> Void) -> Double {
        let start = Self.threadSeconds
        var operations = 0.0
        var seconds = 0.0
        repeat {
            work(&operations)
            seconds = Self.threadSeconds - start
        } while seconds < Self.repeatSeconds
        return operations / seconds / 1e9
    }
}
