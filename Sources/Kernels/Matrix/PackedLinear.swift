internal import CKernels

/// Where one linear layer lies in a model's memory, packed for one product: `y = activation(x * W^T + b) + residual`.
///
/// The place follows from the shape and the kernel alone, so memory that was packed once can be written to a file and
/// read back.
public struct PackedLinear: Sendable {
    /// The product it is packed for.
    public let kernel: MatrixKernel
    /// The length of an input row.
    public let inputs: Int
    /// The length of an output row.
    public let outputs: Int
    let elements: Int
    let bias: Int
    let scales: Int
    let sums: Int

    /// Takes a place for a layer.
    ///
    /// - Parameters:
    ///   - kernel: The product that will read it.
    ///   - inputs: The length of an input row.
    ///   - outputs: The length of an output row.
    ///   - plan: Hands out the place.
    public init(kernel: MatrixKernel, inputs: Int, outputs: Int, in plan: inout ArenaPlan) {
        self.kernel = kernel
        self.inputs = inputs
        self.outputs = outputs
        let padded = kernel.outputsPadded(outputs)
        elements = plan.place(bytes: bk_packed_weight_bytes(kernel.pointer, outputs, inputs))
        bias = plan.place(bytes: padded * MemoryLayout<Float>.stride)
        let isInt8 = kernel.precision.isInt8
        scales = plan.place(bytes: isInt8 ? padded * MemoryLayout<Float>.stride : 0)
        sums = plan.place(bytes: isInt8 ? padded * MemoryLayout<Int32>.stride : 0)
    }

    /// Packs a layer's numbers into its place.
    ///
    /// - Parameters:
    ///   - weights: `[outputs, inputs]`, row-major.
    ///   - values: The bias, `[outputs]`.
    ///   - memory: The model's memory.
    public func pack(weights: [Float], bias values: [Float], into memory: AlignedMemory) {
        precondition(weights.count == outputs * inputs && values.count == outputs, "the shapes are the layer's")
        if kernel.precision.isInt8 {
            packInt8(weights, into: memory)
        } else {
            bk_pack_weights(kernel.pointer, weights, outputs, inputs, memory.base + elements)
        }
        let bias = memory.floats(at: bias)
        for output in 0..<outputs { bias[output] = values[output] }
    }

    private func packInt8(_ weights: [Float], into memory: AlignedMemory) {
        let quantised = QuantisedRows(quantising: weights, rows: outputs, columns: inputs)
        let scales = memory.floats(at: scales)
        for output in 0..<outputs { scales[output] = quantised.scales[output] }
        bk_pack_weights_i8(
            kernel.pointer,
            quantised.values,
            outputs,
            inputs,
            memory.base + elements,
            (memory.base + sums).assumingMemoryBound(to: Int32.self)
        )
    }
}

extension PackedLinear {
    /// Multiplies rows into rows.
    ///
    /// - Parameters:
    ///   - memory: The model's memory.
    ///   - input: Activations packed for `kernel`, `[rows, inputs]`.
    ///   - first: The first row of `input`, which starts a panel.
    ///   - rows: How many rows.
    ///   - activation: What is done to each element.
    ///   - residual: Rows that are added, from `outputRow` on; nil for none. May be `output`.
    ///   - output: Receives `[rows, outputs]` from `outputRow` on.
    ///   - outputRow: The first row of `output`.
    public func multiply(
        in memory: AlignedMemory,
        _ input: ScratchPanels,
        from first: Int,
        rows: Int,
        activation: Activation = .identity,
        residual: ScratchRows? = nil,
        into output: ScratchRows,
        at outputRow: Int
    ) {
        precondition(outputRow + rows <= output.capacity && outputs <= output.columns, "there is room for the product")
        precondition(residual.map { outputRow + rows <= $0.capacity } ?? true, "the residual is there")
        var product = product(in: memory, input, from: first, rows: rows, activation: activation)
        product.residual = residual.map { UnsafePointer($0.start(row: outputRow)) }
        product.residual_stride = residual?.columns ?? 0
        product.c = output.start(row: outputRow)
        product.c_stride = output.columns
        kernel.pointer.pointee.multiply(&product)
    }

    /// Multiplies rows straight into the panels of the next product of the same kernel.
    ///
    /// - Precondition: The kernel does not quantise activations: a quantised row must be whole first.
    public func multiply(
        in memory: AlignedMemory,
        _ input: ScratchPanels,
        from first: Int,
        rows: Int,
        activation: Activation,
        into output: ScratchPanels
    ) {
        precondition(!kernel.quantisesActivations && output.kernel == kernel && output.columns == outputs)
        precondition(output.hasRoom(for: 0..<rows), "there is room for the product")
        var product = product(in: memory, input, from: first, rows: rows, activation: activation)
        product.panels = output.elements(from: 0)
        kernel.pointer.pointee.multiply(&product)
    }

    private func product(
        in memory: AlignedMemory,
        _ input: ScratchPanels,
        from first: Int,
        rows: Int,
        activation: Activation
    ) -> bk_gemm {
        precondition(input.kernel == kernel && input.columns == inputs, "the activations are packed for this layer")
        precondition(input.hasRoom(for: first..<first + rows), "the activations are there")
        var product = bk_gemm()
        product.m = rows
        product.n = outputs
        product.k = inputs
        product.a = UnsafeRawPointer(input.elements(from: first))
        product.row_scales = UnsafePointer(input.rowScales(from: first))
        product.b = UnsafeRawPointer(memory.base + elements)
        product.weight_scales = UnsafePointer(memory.floats(at: scales))
        product.weight_sums = UnsafePointer((memory.base + sums).assumingMemoryBound(to: Int32.self))
        product.bias = UnsafePointer(memory.floats(at: bias))
        product.activation = activation.constant
        return product
    }
}
