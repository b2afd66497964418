import Kernels

/// The forward pass of an encoder over ragged sequences: embeddings, then layer after layer.
struct EncoderForward {
    let parts: EncoderParts
    let memory: AlignedMemory
    let rows: RowKernels

    /// Which tokens of the last layer the head reads.
    enum Wanted {
        case everyToken
        /// The first token of each sequence: afterwards row `i` of the hidden rows is that of sequence `i`.
        case firstTokens
    }

    /// Computes the last layer's rows into `workspace.hidden`.
    ///
    /// - Parameters:
    ///   - tokens: The tokens of all sequences, end to end.
    ///   - ends: The exclusive end of each sequence, ascending; none is empty.
    ///   - wanted: Which rows are needed.
    ///   - workspace: This thread's scratch.
    func run(_ tokens: TokenIDs, ends: [Int], wanted: Wanted, in workspace: EncoderWorkspace) {
        let count = tokens.ids.count
        workspace.reserve(tokens: count)
        embed(tokens, in: workspace)
        let forward = LayerForward(shape: parts.shape, memory: memory, rows: rows)
        for (index, layer) in parts.layers.enumerated() {
            forward.attend(layer, tokens: count, ends: ends, in: workspace)
            let isLast = index + 1 == parts.layers.count
            var rowCount = count
            if isLast, case .firstTokens = wanted {
                gatherFirstTokens(ends: ends, in: workspace)
                rowCount = ends.count
            }
            for chunk in workspace.chunks(of: rowCount) {
                forward.joinHeads(chunk, of: layer, in: workspace)
                forward.feedForward(chunk, of: layer, packsForNext: !isLast, in: workspace)
            }
        }
    }

    /// Looks embeddings up, normalises and packs them for the first layer.
    func embed(_ tokens: TokenIDs, in workspace: EncoderWorkspace) {
        let all = 0..<tokens.ids.count
        guard let projection = parts.projection, let embedded = workspace.embedded else {
            rows.embed(parts.embeddings, in: memory, tokens, into: workspace.hidden)
            rows.normalise(parts.embeddingNorm, in: memory, workspace.hidden, all, into: workspace.hiddenPanels)
            return
        }
        rows.embed(parts.embeddings, in: memory, tokens, into: embedded.rows)
        rows.normalise(parts.embeddingNorm, in: memory, embedded.rows, all, into: embedded.panels)
        projection.multiply(in: memory, embedded.panels, from: 0, rows: all.count, into: workspace.hidden, at: 0)
        rows.pack(workspace.hidden, all, into: workspace.hiddenPanels, at: 0)
    }

    /// Moves the first token of each sequence to the front; sequences are not empty, so no row is overwritten unread.
    private func gatherFirstTokens(ends: [Int], in workspace: EncoderWorkspace) {
        var start = 0
        for (sequence, end) in ends.enumerated() {
            workspace.hidden.copyRow(start, to: sequence)
            workspace.context.copyRow(start, to: sequence)
            start = end
        }
    }
}
