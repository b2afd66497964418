import Kernels

/// Reads a checkpoint layer by layer into an encoder's memory, so that it is never in memory twice.
struct EncoderPacker {
    let parts: EncoderParts
    let checkpoint: EncoderCheckpoint
    let memory: AlignedMemory

    /// Packs everything.
    ///
    /// - Throws: `ModelError` where a tensor is missing or wrong.
    func pack() throws {
        try packEmbeddings()
        var norm = try checkpoint.embeddingNorm()
        var place = parts.embeddingNorm
        for (index, layerPlace) in parts.layers.enumerated() {
            var layer = try checkpoint.layer(index)
            var factors: [Float] = []
            if layerPlace.output.kernel.precision == .int8 {
                let isDirect = index > 0 || parts.projection == nil
                (layer, factors) = layer.migratingAttention(reading: isDirect ? norm : nil)
            }
            pack(norm, factors: factors, into: place)
            packHeads(of: layer, into: layerPlace.heads)
            packAttentionOutput(of: layer, into: layerPlace.attentionOutput)
            packFeedForward(of: layer, into: layerPlace)
            norm = layer.outputNorm
            place = layerPlace.outputNorm
        }
        pack(norm, factors: [], into: place)
        try packHead()
    }

    private func packEmbeddings() throws {
        let words = try checkpoint.wordEmbeddings()
        let positions = try checkpoint.positionEmbeddings()
        let types = try checkpoint.typeEmbeddings()
        parts.embeddings.pack(
            words: words.values,
            positions: positions.values,
            types: types?.values ?? [],
            into: memory
        )
        if let place = parts.projection, let projection = try checkpoint.embeddingProjection() {
            place.pack(weights: projection.weight.values, bias: projection.bias, into: memory)
        }
    }

    private func pack(_ norm: LayerNorm, factors: [Float], into place: PackedNorm) {
        place.pack(gain: norm.gain, shift: norm.shift, columnScales: factors.map { 1 / $0 }, into: memory)
    }

    private func packHeads(of layer: EncoderLayer, into places: [PackedLinear]) {
        let shape = parts.shape
        let columns = shape.hidden
        for (head, place) in places.enumerated() {
            var weights = [Float](repeating: 0, count: 3 * shape.headWidth * columns)
            var bias = [Float](repeating: 0, count: 3 * shape.headWidth)
            for (part, linear) in [layer.query, layer.key, layer.value].enumerated() {
                for row in 0..<shape.headColumns {
                    let source = (head * shape.headColumns + row) * columns
                    let target = part * shape.headWidth + row
                    weights.replaceSubrange(
                        target * columns..<(target + 1) * columns,
                        with: linear.weight.values[source..<source + columns]
                    )
                    bias[target] = linear.bias[head * shape.headColumns + row]
                }
            }
            place.pack(weights: weights, bias: bias, into: memory)
        }
    }

    /// The input of the attention's output is the heads side by side, each padded to whole vectors.
    private func packAttentionOutput(of layer: EncoderLayer, into place: PackedLinear) {
        let shape = parts.shape
        let linear = layer.attentionOutput
        guard shape.headWidth != shape.headColumns else {
            place.pack(weights: linear.weight.values, bias: linear.bias, into: memory)
            return
        }
        var weights = [Float](repeating: 0, count: shape.hidden * shape.contextColumns)
        for row in 0..<shape.hidden {
            for head in 0..<shape.heads {
                let source = row * shape.hidden + head * shape.headColumns
                let target = row * shape.contextColumns + head * shape.headWidth
                weights.replaceSubrange(
                    target..<target + shape.headColumns,
                    with: linear.weight.values[source..<source + shape.headColumns]
                )
            }
        }
        place.pack(weights: weights, bias: linear.bias, into: memory)
    }

    private func packFeedForward(of layer: EncoderLayer, into place: LayerParts) {
        var intermediate = layer.intermediate
        var factors: [Float] = []
        if place.attentionNorm.hasColumnScales {
            let norm = layer.attentionNorm
            factors = ScaleMigration.factors(
                magnitudes: ScaleMigration.magnitudes(gain: norm.gain, shift: norm.shift),
                readers: [intermediate.weight]
            )
            intermediate = intermediate.multiplyingInputs(by: factors)
        }
        pack(layer.attentionNorm, factors: factors, into: place.attentionNorm)
        place.intermediate.pack(weights: intermediate.weight.values, bias: intermediate.bias, into: memory)
        place.output.pack(weights: layer.output.weight.values, bias: layer.output.bias, into: memory)
    }

    private func packHead() throws {
        let head = try checkpoint.head()
        if let place = parts.head.dense, let dense = head.dense {
            place.pack(weights: dense.weight.values, bias: dense.bias, into: memory)
        }
        if let place = parts.head.classifier, let classifier = head.classifier {
            place.pack(weights: classifier.weight.values, bias: classifier.bias, into: memory)
        }
    }
}
