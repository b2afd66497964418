import Kernels

/// The scratch memory of one compute thread.
final class EncoderWorkspace {
    /// Tokens between layers, `[tokens, hidden]`: what residuals are added to.
    let hidden: ScratchRows
    /// The same, packed for the heads of the next layer.
    let hiddenPanels: ScratchPanels
    /// Query, key and value of one head, `[tokens, 3 * headWidth]`.
    let head: ScratchRows
    /// What the heads attended to, `[tokens, contextColumns]`.
    let context: ScratchRows
    /// Embeddings before they are projected; nil where they are not.
    let embedded: (rows: ScratchRows, panels: ScratchPanels)?
    /// A chunk of rows on its way through the dense part of a layer.
    let contextPanels: ScratchPanels
    let attendedPanels: ScratchPanels
    let intermediate: ScratchRows
    let intermediatePanels: ScratchPanels
    let attention = AttentionScratch()

    /// Rows that go through the dense part of a layer together: their intermediate row stays in the cache.
    let chunkRows: Int

    /// Creates a workspace for an encoder.
    ///
    /// - Parameters:
    ///   - shape: The encoder's sizes.
    ///   - kernels: The products of its layers.
    ///   - projectionKernel: The product of embeddings to rows of the hidden width; nil where there is none.
    init(shape: EncoderShape, kernels: LayerKernels, projectionKernel: MatrixKernel?) {
        hidden = ScratchRows(columns: shape.hidden)
        hiddenPanels = ScratchPanels(kernel: kernels.heads, columns: shape.hidden)
        head = ScratchRows(columns: 3 * shape.headWidth)
        context = ScratchRows(columns: shape.contextColumns)
        contextPanels = ScratchPanels(kernel: kernels.dense, columns: shape.contextColumns)
        attendedPanels = ScratchPanels(kernel: kernels.dense, columns: shape.hidden)
        intermediate = ScratchRows(columns: shape.intermediate)
        intermediatePanels = ScratchPanels(kernel: kernels.dense, columns: shape.intermediate)
        embedded = projectionKernel.map {
            (ScratchRows(columns: shape.embedding), ScratchPanels(kernel: $0, columns: shape.embedding))
        }
        chunkRows = Self.chunkRows(shape: shape, kernels: kernels)
        intermediatePanels.reserve(rows: chunkRows)
        contextPanels.reserve(rows: chunkRows)
        attendedPanels.reserve(rows: chunkRows)
        if kernels.dense.quantisesActivations { intermediate.reserve(rows: chunkRows) }
    }

    /// Creates a workspace for an encoder.
    convenience init(parts: EncoderParts) {
        self.init(
            shape: parts.shape,
            kernels: parts.layerKernels,
            projectionKernel: parts.projection?.kernel
        )
    }

    /// Whole panels of both products: the heads' must start one, and part of a panel takes as long as all of it.
    private static func chunkRows(shape: EncoderShape, kernels: LayerKernels) -> Int {
        let (heads, dense) = (kernels.heads.panelRows, kernels.dense.panelRows)
        let multiple = (1...heads).map { $0 * dense }.first { $0 % heads == 0 } ?? heads * dense
        let rows = CacheSizes.secondLevelBytes / 2 / (shape.intermediate * MemoryLayout<Float>.stride)
        return max(1, rows / multiple) * multiple
    }

    /// Cuts rows into chunks, each of which starts a panel.
    func chunks(of rows: Int) -> [Range<Int>] {
        stride(from: 0, to: rows, by: chunkRows).map { $0..<min($0 + chunkRows, rows) }
    }

    /// Makes room for a batch.
    func reserve(tokens: Int) {
        hidden.reserve(rows: tokens)
        hiddenPanels.reserve(rows: tokens)
        head.reserve(rows: tokens)
        context.reserve(rows: tokens)
        embedded?.rows.reserve(rows: tokens)
        embedded?.panels.reserve(rows: tokens)
    }
}
