import Kernels

/// Where everything of an encoder lies in its memory.
///
/// The places follow from the shape and the kernels alone, so the memory can be written to a cache file as it is.
struct EncoderParts: Sendable {
    let shape: EncoderShape
    let embeddings: EmbeddingTables
    let embeddingNorm: PackedNorm
    /// From embeddings to rows of the hidden width, where these differ.
    let projection: PackedLinear?
    /// The products that the layers are packed for.
    let layerKernels: LayerKernels
    let layers: [LayerParts]
    let head: HeadParts
    let headShape: HeadShape
    /// The size of the memory.
    let byteCount: Int

    /// Takes places for everything.
    ///
    /// - Parameters:
    ///   - shape: The encoder's sizes.
    ///   - head: The sizes of what answers.
    ///   - kernels: The instruction set.
    ///   - precision: The precision of the layers; embeddings, norms and the head are float32 at each.
    init(shape: EncoderShape, head: HeadShape, kernels: KernelTable, precision: MatrixPrecision) {
        var plan = ArenaPlan()
        let float32 = kernels.matrixKernel(.float32)
        self.shape = shape
        headShape = head
        embeddings = EmbeddingTables(
            columns: shape.embedding,
            wordCount: shape.vocabulary,
            positionCount: shape.positions,
            typeCount: shape.types,
            in: &plan
        )
        let isProjected = shape.embedding != shape.hidden
        embeddingNorm = PackedNorm(
            columns: shape.embedding,
            epsilon: shape.epsilon,
            hasColumnScales: precision.isInt8 && !isProjected,
            in: &plan
        )
        projection =
            isProjected
            ? PackedLinear(kernel: float32, inputs: shape.embedding, outputs: shape.hidden, in: &plan) : nil
        let layerKernels = LayerKernels(kernels, precision: precision)
        self.layerKernels = layerKernels
        layers = (0..<shape.layers).map { LayerParts(shape: shape, index: $0, kernels: layerKernels, in: &plan) }
        self.head = HeadParts(shape: head, inputs: shape.hidden, kernel: float32, in: &plan)
        byteCount = plan.byteCount
    }
}

extension EncoderParts {
    /// Everything that packing depends on besides weights and kernels.
    var shapeInWords: String {
        "hidden \(shape.hidden), embedding \(shape.embedding), layers \(shape.layers), heads \(shape.heads), "
            + "intermediate \(shape.intermediate), vocabulary \(shape.vocabulary), positions \(shape.positions), "
            + "types \(shape.types), epsilon \(shape.epsilon), \(shape.activation); "
            + "dense \(headShape.dense), \(headShape.denseActivation), outputs \(headShape.outputs)"
    }
}

/// The products of a layer.
struct LayerKernels {
    /// Of query, key and value.
    let heads: MatrixKernel
    /// Of the attention's output and the feed-forward block.
    let dense: MatrixKernel

    /// Chooses the products of a precision.
    ///
    /// In int8 the heads keep activations of 8 bits or more: with 7 in the other products alone the worst cosine of
    /// all-MiniLM-L6-v2 goes from 0.9978 to 0.9966, with 7 in the heads as well to 0.9957 (decisions/0009).
    init(_ kernels: KernelTable, precision: MatrixPrecision) {
        heads = kernels.matrixKernel(precision)
        dense = kernels.matrixKernel(precision == .int8 ? .int8Narrow : precision)
    }
}

/// Where one layer lies.
struct LayerParts: Sendable {
    /// For each head, query, key and value side by side, so that a head is attended to while they are in the cache.
    let heads: [PackedLinear]
    let attentionOutput: PackedLinear
    let attentionNorm: PackedNorm
    let intermediate: PackedLinear
    let output: PackedLinear
    let outputNorm: PackedNorm

    init(shape: EncoderShape, index: Int, kernels: LayerKernels, in plan: inout ArenaPlan) {
        let isInt8 = kernels.dense.precision.isInt8
        heads = (0..<shape.heads).map { _ in
            PackedLinear(kernel: kernels.heads, inputs: shape.hidden, outputs: 3 * shape.headWidth, in: &plan)
        }
        attentionOutput = PackedLinear(
            kernel: kernels.dense,
            inputs: shape.contextColumns,
            outputs: shape.hidden,
            in: &plan
        )
        attentionNorm = PackedNorm(
            columns: shape.hidden,
            epsilon: shape.epsilon,
            hasColumnScales: isInt8,
            in: &plan
        )
        intermediate = PackedLinear(kernel: kernels.dense, inputs: shape.hidden, outputs: shape.intermediate, in: &plan)
        output = PackedLinear(kernel: kernels.dense, inputs: shape.intermediate, outputs: shape.hidden, in: &plan)
        outputNorm = PackedNorm(
            columns: shape.hidden,
            epsilon: shape.epsilon,
            hasColumnScales: isInt8 && index + 1 < shape.layers,
            in: &plan
        )
    }
}

/// The sizes of what turns hidden rows into answers.
struct HeadShape: Sendable, Equatable {
    /// The outputs of the layer before the classifier; 0 for none.
    var dense: Int
    /// The activation after it.
    var denseActivation: Activation
    /// The outputs of the classifier; 0 for embeddings.
    var outputs: Int
}

/// Where the head lies.
struct HeadParts: Sendable {
    let dense: PackedLinear?
    let denseActivation: Activation
    let classifier: PackedLinear?

    init(shape: HeadShape, inputs: Int, kernel: MatrixKernel, in plan: inout ArenaPlan) {
        denseActivation = shape.denseActivation
        var width = inputs
        if shape.dense > 0 {
            dense = PackedLinear(kernel: kernel, inputs: width, outputs: shape.dense, in: &plan)
            width = shape.dense
        } else {
            dense = nil
        }
        classifier =
            shape.outputs > 0 ? PackedLinear(kernel: kernel, inputs: width, outputs: shape.outputs, in: &plan) : nil
    }
}
