import Kernels

/// The layers between hidden rows and scores, in float32 at every precision: they are a thousandth of the work.
final class HeadForward {
    private let parts: HeadParts
    private let memory: AlignedMemory
    private let rows: RowKernels
    private let hiddenPanels: ScratchPanels?
    private let dense: (rows: ScratchRows, panels: ScratchPanels)?
    /// The scores, `[rows, outputs]`.
    let scores: ScratchRows

    init(parts: HeadParts, hidden: Int, memory: AlignedMemory, rows: RowKernels) {
        self.parts = parts
        self.memory = memory
        self.rows = rows
        let first = parts.dense ?? parts.classifier
        hiddenPanels = first.map { ScratchPanels(kernel: $0.kernel, columns: hidden) }
        dense = parts.dense.map { place in
            (ScratchRows(columns: place.outputs), ScratchPanels(kernel: place.kernel, columns: place.outputs))
        }
        scores = ScratchRows(columns: parts.classifier?.outputs ?? 0)
    }

    /// Computes the scores of the first rows.
    ///
    /// - Parameters:
    ///   - hidden: Rows of the last layer.
    ///   - count: How many of them.
    func run(_ hidden: ScratchRows, count: Int) {
        guard let classifier = parts.classifier, let hiddenPanels else { return }
        scores.reserve(rows: count)
        hiddenPanels.reserve(rows: count)
        rows.pack(hidden, 0..<count, into: hiddenPanels, at: 0)
        var input = hiddenPanels
        if let place = parts.dense, let dense {
            dense.rows.reserve(rows: count)
            dense.panels.reserve(rows: count)
            place.multiply(
                in: memory,
                hiddenPanels,
                from: 0,
                rows: count,
                activation: parts.denseActivation,
                into: dense.rows,
                at: 0
            )
            rows.pack(dense.rows, 0..<count, into: dense.panels, at: 0)
            input = dense.panels
        }
        classifier.multiply(in: memory, input, from: 0, rows: count, into: scores, at: 0)
    }
}
