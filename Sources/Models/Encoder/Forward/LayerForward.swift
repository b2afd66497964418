import Kernels

/// One layer of an encoder over ragged sequences (BERT: Devlin et al. 2018, arXiv:1810.04805).
///
/// A layer goes over its tokens twice. First head by head: query, key and value of one head for all tokens, then
/// attention, while they are in the cache. Then in chunks of rows: everything that looks at one token alone, from the
/// attention's output to the last norm.
struct LayerForward {
    let shape: EncoderShape
    let memory: AlignedMemory
    let rows: RowKernels

    /// Lets tokens attend to each other: from `workspace.hiddenPanels` to `workspace.context`.
    ///
    /// - Parameters:
    ///   - layer: Where the layer lies.
    ///   - tokens: How many tokens.
    ///   - ends: The exclusive end of each sequence, ascending; none is empty.
    ///   - workspace: This thread's scratch.
    func attend(_ layer: LayerParts, tokens: Int, ends: [Int], in workspace: EncoderWorkspace) {
        let scale = 1 / Float(shape.headColumns).squareRoot()
        for (index, head) in layer.heads.enumerated() {
            head.multiply(in: memory, workspace.hiddenPanels, from: 0, rows: tokens, into: workspace.head, at: 0)
            var start = 0
            for end in ends {
                rows.attend(
                    workspace.head,
                    start..<end,
                    scale: scale,
                    into: workspace.context,
                    column: index * shape.headWidth,
                    scratch: workspace.attention
                )
                start = end
            }
        }
    }

    /// Joins the heads of a chunk of rows, adds what came in and normalises: `workspace.hidden` and the panels of the
    /// chunk in `workspace.attendedPanels`.
    func joinHeads(_ chunk: Range<Int>, of layer: LayerParts, in workspace: EncoderWorkspace) {
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
    }

    /// The feed-forward block of a chunk of rows.
    ///
    /// - Parameters:
    ///   - chunk: The rows, which `joinHeads` left in the panels.
    ///   - layer: Where the layer lies.
    ///   - packsForNext: Whether the rows are packed for the heads of the next layer.
    ///   - workspace: This thread's scratch.
    func feedForward(
        _ chunk: Range<Int>,
        of layer: LayerParts,
        packsForNext: Bool,
        in workspace: EncoderWorkspace
    ) {
        expand(chunk.count, with: layer, in: workspace)
        layer.output.multiply(
            in: memory,
            workspace.intermediatePanels,
            from: 0,
            rows: chunk.count,
            residual: workspace.hidden,
            into: workspace.hidden,
            at: chunk.lowerBound
        )
        rows.normalise(
            layer.outputNorm,
            in: memory,
            workspace.hidden,
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
                activation: shape.activation,
                into: workspace.intermediatePanels
            )
            return
        }
        layer.intermediate.multiply(
            in: memory,
            workspace.attendedPanels,
            from: 0,
            rows: count,
            activation: shape.activation,
            into: workspace.intermediate,
            at: 0
        )
        rows.pack(workspace.intermediate, 0..<count, into: workspace.intermediatePanels, at: 0)
    }
}
