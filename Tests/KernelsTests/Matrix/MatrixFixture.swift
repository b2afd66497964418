import CKernels
import Foundation

/// A product's operands, as plain numbers and packed for a kernel, with guards around what the kernel writes.
final class MatrixFixture {
    static let guardValue: Float = -12345.5

    let kernel: bk_gemm_kernel
    let m: Int
    let n: Int
    let k: Int
    let stride: Int
    private(set) var product = bk_gemm()
    /// What the packed activations are worth, `[m, k]`.
    private(set) var a: [Double] = []
    /// What the packed weights are worth, `[n, k]`.
    private(set) var b: [Double] = []
    private(set) var bias: [Double] = []
    private(set) var residual: [Float] = []
    private var owned: [UnsafeMutableRawPointer] = []
    private var random: UInt64

    init(kernel: bk_gemm_kernel, m: Int, n: Int, k: Int) {
        self.kernel = kernel
        (self.m, self.n, self.k) = (m, n, k)
        stride = n + 5
        random = UInt64(m * 1_000_003 + n * 1_009 + k)
        product.m = m
        product.n = n
        product.k = k
        product.c_stride = stride
        packWeights()
        packActivations()
        residual = (0..<(m * stride)).map { _ in Float(next()) }
    }

    deinit {
        for memory in owned { memory.deallocate() }
    }

    /// A number from -1 to 1.
    private func next() -> Double {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(random >> 33) / Double(1 << 30) - 1
    }

    private func zeroed(bytes: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes + 64, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes + 64)
        owned.append(memory)
        return memory
    }

    var isInteger: Bool { kernel.weights == BK_WEIGHTS_S8 || kernel.weights == BK_WEIGHTS_I16 }

    private var paddedColumns: Int { (n + kernel.columns - 1) / kernel.columns * kernel.columns }

    private func packWeights() {
        var kernel = kernel
        let scales = zeroed(bytes: paddedColumns * 4).assumingMemoryBound(to: Float.self)
        let biases = zeroed(bytes: paddedColumns * 4).assumingMemoryBound(to: Float.self)
        let sums = zeroed(bytes: paddedColumns * 4).assumingMemoryBound(to: Int32.self)
        let packed = zeroed(bytes: bk_packed_weight_bytes(&kernel, n, k))
        for j in 0..<n {
            biases[j] = Float(next())
            scales[j] = Float(0.01 + 0.004 * next())
        }
        bias = (0..<n).map { Double(biases[$0]) }
        if isInteger {
            let weights = (0..<(n * k)).map { _ in Int8(next() * 127) }
            b = weights.enumerated().map { Double(scales[$0 / k]) * Double($1) }
            bk_pack_weights_i8(&kernel, weights, n, k, packed, sums)
        } else {
            let weights = (0..<(n * k)).map { _ in Float(next()) }
            let isExact = kernel.weights == BK_WEIGHTS_F32
            b = weights.map { Double(isExact ? $0 : Self.bfloat16($0)) }
            bk_pack_weights(&kernel, weights, n, k, packed)
        }
        product.b = UnsafeRawPointer(packed)
        product.bias = UnsafePointer(biases)
        product.weight_scales = UnsafePointer(scales)
        product.weight_sums = UnsafePointer(sums)
    }

    private func packActivations() {
        var layout = kernel.activations
        let panels = zeroed(bytes: bk_panel_bytes(&layout, m, k))
        let rows = zeroed(bytes: m * MemoryLayout<bk_row_scale>.stride).assumingMemoryBound(to: bk_row_scale.self)
        a = Array(repeating: 0, count: m * k)
        for i in 0..<m {
            rows[i] = bk_row_scale(scale: Float(0.01 + 0.004 * next()), zero: Int32(next() * 40) + 90)
            for column in 0..<k {
                a[i * k + column] = put(next(), at: place(i, column, columns: k), row: rows[i], into: panels)
            }
        }
        product.a = UnsafeRawPointer(panels)
        product.row_scales = UnsafePointer(rows)
    }

    private func put(_ x: Double, at place: Int, row: bk_row_scale, into panels: UnsafeMutableRawPointer) -> Double {
        let whole = Int(x * 127)
        let bytes = Int(kernel.activations.element_bytes)
        switch kernel.activations.format {
        case BK_F32: panels.storeBytes(of: Float(x), toByteOffset: place * bytes, as: Float.self)
        case BK_BF16:
            let bits = UInt16(Self.bfloat16(Float(x)).bitPattern >> 16)
            panels.storeBytes(of: bits, toByteOffset: place * bytes, as: UInt16.self)
            return Double(Self.bfloat16(Float(x)))
        case BK_U8: panels.storeBytes(of: UInt8(whole + 128), toByteOffset: place, as: UInt8.self)
        case BK_U7: panels.storeBytes(of: UInt8((whole + 128) / 2), toByteOffset: place, as: UInt8.self)
        case BK_S8: panels.storeBytes(of: Int8(whole), toByteOffset: place, as: Int8.self)
        default: panels.storeBytes(of: Int16(whole), toByteOffset: place * bytes, as: Int16.self)
        }
        guard isInteger else { return Double(Float(x)) }
        let stored =
            switch kernel.activations.format {
            case BK_U8: whole + 128
            case BK_U7: (whole + 128) / 2
            default: whole
            }
        return Double(row.scale) * Double(stored - Int(row.zero))
    }

    /// Puts one number into float32 panels, and says whether the kernel has such.
    func replaceActivation(_ i: Int, _ column: Int, with value: Float) -> Bool {
        guard kernel.activations.format == BK_F32 else { return false }
        UnsafeMutableRawPointer(mutating: product.a)
            .storeBytes(of: value, toByteOffset: place(i, column, columns: k) * 4, as: Float.self)
        return true
    }

    /// Makes all activations of an integer kernel the largest they can be, all weights `weight`, scales 1 and biases 0.
    ///
    /// - Returns: What each activation is worth; nil where the kernel has no integers, and nothing is changed.
    func fillWithLargest(weight: Int8) -> Int? {
        guard isInteger else { return nil }
        let largest = [BK_U8, BK_I16].contains(kernel.activations.format) ? 255 : 127
        let panels = UnsafeMutableRawPointer(mutating: product.a)
        let rows = UnsafeMutablePointer(mutating: product.row_scales)
        for i in 0..<m {
            rows?[i] = bk_row_scale(scale: 1, zero: 0)
            for column in 0..<k {
                let place = place(i, column, columns: k)
                if kernel.activations.element_bytes == 2 {
                    panels?.storeBytes(of: Int16(largest), toByteOffset: place * 2, as: Int16.self)
                } else {
                    panels?.storeBytes(of: UInt8(largest), toByteOffset: place, as: UInt8.self)
                }
            }
        }
        for j in 0..<n {
            UnsafeMutablePointer(mutating: product.weight_scales)?[j] = 1
            UnsafeMutablePointer(mutating: product.bias)?[j] = 0
        }
        var kernel = kernel
        bk_pack_weights_i8(
            &kernel,
            [Int8](repeating: weight, count: n * k),
            n,
            k,
            UnsafeMutableRawPointer(mutating: product.b),
            UnsafeMutablePointer(mutating: product.weight_sums)
        )
        return largest
    }

    /// Where an element lies among panels of so many columns.
    func place(_ i: Int, _ column: Int, columns: Int) -> Int {
        let rows = Int(kernel.activations.rows)
        let depth = Int(kernel.activations.depth)
        let blocks = (columns + depth - 1) / depth
        return (i / rows * blocks + column / depth) * rows * depth + i % rows * depth + column % depth
    }

    static func bfloat16(_ x: Float) -> Float {
        let bits = x.bitPattern
        return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }
}

extension bk_gemm_kernel {
    var rows: Int { Int(activations.rows) }
    var columns: Int { Int(weight_columns) }
    var depth: Int { Int(activations.depth) }
}

extension MatrixFixture {
    /// C as the kernel writes it, `[m, stride]`, with 64 guards before and behind.
    func multiply(
        rows: Range<Int>? = nil,
        activation: bk_activation = BK_IDENTITY,
        withResidual: Bool = false
    ) -> [Float] {
        var memory = Array(repeating: Self.guardValue, count: m * stride + 128)
        memory.withUnsafeMutableBufferPointer { memory in
            residual.withUnsafeBufferPointer { residual in
                var product = self.product
                product.m = rows?.count ?? m
                product.c = memory.baseAddress.map { $0 + 64 }
                product.activation = activation
                product.residual = withResidual ? residual.baseAddress : nil
                product.residual_stride = stride
                kernel.multiply(&product)
            }
        }
        return memory
    }

    /// The element by the definition in Double, and how far from it the kernel may be.
    ///
    /// Each of the k additions may be off by half a unit in the last place of the sum of magnitudes.
    func expected(_ i: Int, _ j: Int, _ activation: bk_activation) -> (value: Double, tolerance: Double) {
        var sum = bias[j]
        var magnitude = 1 + abs(sum)
        for column in 0..<k {
            let term = a[i * k + column] * b[j * k + column]
            sum += term
            magnitude += abs(term)
        }
        let coarse = kernel.activations.format == BK_F32 ? 2e-6 : 2e-4
        let rounding = Double(k + 4) * 0x1p-24 * magnitude * 1.2
        return (Self.apply(activation, sum), rounding + (activation == BK_IDENTITY ? 0 : coarse))
    }

    static func apply(_ activation: bk_activation, _ x: Double) -> Double {
        switch activation {
        case BK_GELU: x * (1 + erf(x / 2.squareRoot())) / 2
        case BK_GELU_TANH: x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
        case BK_RELU: max(x, 0)
        case BK_SILU: x / (1 + exp(-x))
        case BK_TANH: tanh(x)
        default: x
        }
    }
}
