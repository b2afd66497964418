internal import CKernels

/// The number format of a matrix product.
public enum MatrixPrecision: Int, Sendable, CaseIterable {
    /// float32 throughout.
    case float32
    /// bfloat16 weights; bfloat16 activations too where the processor multiplies them.
    case bfloat16
    /// int8 weights with a scale an output, 8-bit activations with a scale and a zero a row.
    case int8
    /// int8 weights as `int8` has them, activations of as many bits, up to 8, as the fastest exact instruction takes.
    ///
    /// Instruction sets before the int8 dot product multiply bytes in pairs whose sum has 16 bits: with activations of
    /// 7 bits it is exact, and a quarter faster than widening both sides as 8 bits need. Where there is a dot product
    /// it is the same as `int8`.
    case int8Narrow

    /// Whether weights are int8, with a scale and a sum an output.
    public var isInt8: Bool { self == .int8 || self == .int8Narrow }
}

/// A matrix product in one precision on one instruction set.
public struct MatrixKernel: @unchecked Sendable, Equatable {
    // Points at a constant of the C target, which is never written and never goes away.
    let pointer: UnsafePointer<bk_gemm_kernel>

    /// The precision it was chosen for.
    public let precision: MatrixPrecision

    /// Rows that are computed together; row ranges of products start at a multiple of it.
    public var panelRows: Int { Int(pointer.pointee.activations.rows) }

    /// Outputs that are computed together.
    public var weightColumns: Int { Int(pointer.pointee.weight_columns) }

    /// Whether activations carry a scale and a zero a row, so that a row must be whole before it is packed.
    public var quantisesActivations: Bool {
        let format = pointer.pointee.activations.format
        return format != BK_F32 && format != BK_BF16
    }

    /// Whether the processor multiplies in this precision natively, without widening.
    public var isNative: Bool {
        switch precision {
        case .float32: true
        case .bfloat16: pointer.pointee.activations.format == BK_BF16
        case .int8, .int8Narrow: pointer.pointee.activations.format != BK_I16
        }
    }

    /// What packed weights depend on, in words: the sizes of tiles, blocks and groups.
    public var geometry: String {
        let kernel = pointer.pointee
        return "\(kernel.weights.rawValue)-\(kernel.weight_columns)x\(kernel.weight_group)x\(kernel.activations.depth)"
    }

    func outputsPadded(_ outputs: Int) -> Int { (outputs + weightColumns - 1) / weightColumns * weightColumns }
}

extension KernelTable {
    /// The product of a precision.
    public func matrixKernel(_ precision: MatrixPrecision) -> MatrixKernel {
        let kernels = pointer.pointee.gemm
        let pointer =
            switch precision {
            case .float32: kernels.0
            case .bfloat16: kernels.1
            case .int8: kernels.2
            case .int8Narrow: kernels.3
            }
        guard let pointer else { preconditionFailure("every instruction set has a product of every precision") }
        return MatrixKernel(pointer: pointer, precision: precision)
    }

    /// The row-wise operations.
    public var rowKernels: RowKernels {
        guard let rows = pointer.pointee.rows else {
            preconditionFailure("every instruction set has row-wise operations")
        }
        return RowKernels(pointer: rows)
    }
}

/// What is done to each element of a product before it is stored.
public enum Activation: Sendable, Equatable {
    /// Nothing.
    case identity
    /// `x * (1 + erf(x / sqrt 2)) / 2`.
    case gelu
    /// The approximation of GELU by a hyperbolic tangent.
    case geluTanh
    /// `max(x, 0)`.
    case relu
    /// `x / (1 + exp(-x))`.
    case silu
    /// The hyperbolic tangent.
    case tanh

    var constant: bk_activation {
        switch self {
        case .identity: BK_IDENTITY
        case .gelu: BK_GELU
        case .geluTanh: BK_GELU_TANH
        case .relu: BK_RELU
        case .silu: BK_SILU
        case .tanh: BK_TANH
        }
    }
}
