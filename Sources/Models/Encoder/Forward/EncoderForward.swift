import Kernels

/// The forward pass of an encoder over ragged sequences (BERT: Devlin et al. 2018, arXiv:1810.04805).
///
/// A layer goes over its tokens twice. First head by head: query, key and value of one head for all tokens, then
/// attention, while they are in the cache. Then in chunks of rows: everything that looks at one token alone, from the
/// attention's output to the last norm.
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
        for (index, layer) in parts.layers.enumerated() {
            attend(layer, tokens: count, ends: ends, in: workspace)
            let isLast = index + 1 == parts.layers.count
            var rowCount = count
            if isLast, case .firstTokens = wanted {
                gatherFirstTokens(ends: ends, in: workspace)
                rowCount = ends.count
            }
            var first = 0
            while first < rowCount {
                let chunk = first..<min(first + workspace.chunkRows, rowCount)
                transform(chunk, with: layer, packsForNext: !isLast, in: workspace)
                first = chunk.upperBound
            }
        }
    }

    private func embed(_ tokens: TokenIDs, in workspace: EncoderWorkspace) {
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

    private func attend(_ layer: LayerParts, tokens: Int, ends: [Int], in workspace: EncoderWorkspace) {
        let scale = 1 / Float(parts.shape.headColumns).squareRoot()
        for (index, head) in layer.heads.enumerated() {
            head.multiply(in: memory, workspace.hiddenPanels, from: 0, rows: tokens, into: workspace.head, at: 0)
            var start = 0
            for end in ends {
                rows.attend(
                    workspace.head,
                    start..<end,
                    scale: scale,
                    into: workspace.context,
                    column: index * parts.shape.headWidth,
                    scratch: workspace.attention
                )
                start = end
            }
        }
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

    private func transform(
        _ chunk: Range<Int>,
        with layer: LayerParts,
        packsForNext: Bool,
        in workspace: EncoderWorkspace
    ) {
        let hidden = workspace.hidden
        rows.pack(workspace.context, chunk, into: workspace.contextPanels, at: 0)
        layer.attentionOutput.multiply(
            in: memory,
            workspace.contextPanels,
            from: 0,
            rows: chunk.count,
            residual: hidden,
            into: hidden,
            at: chunk.lowerBound
        )
        rows.normalise(layer.attentionNorm, in: memory, hidden, chunk, into: workspace.attendedPanels)
        expand(chunk.count, with: layer, in: workspace)
        layer.output.multiply(
            in: memory,
            workspace.intermediatePanels,
            from: 0,
            rows: chunk.count,
            residual: hidden,
            into: hidden,
            at: chunk.lowerBound
        )
        rows.normalise(
            layer.outputNorm,
            in: memory,
            hidden,
            chunk,
            into: packsForNext ? workspace.hiddenPanels : nil,
            at: packsForNext ? chunk.lowerBound : 0
        )
    }

    /// The wide half of the feed-forward block, straight into panels where the format needs no whole row first.
    private func expand(_ count: Int, with layer: LayerParts, in workspace: EncoderWorkspace) {
        guard layer.intermediate.kernel.quantisesActivations else {
            layer.intermediate.multiply(
                in: memory,
                workspace.attendedPanels,
                from: 0,
                rows: count,
                activation: parts.shape.activation,
                into: workspace.intermediatePanels
            )
            return
        }
        layer.intermediate.multiply(
            in: memory,
            workspace.attendedPanels,
            from: 0,
            rows: count,
            activation: parts.shape.activation,
            into: workspace.intermediate,
            at: 0
        )
        rows.pack(workspace.intermediate, 0..<count, into: workspace.intermediatePanels, at: 0)
    }
}
