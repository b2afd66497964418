import Kernels

/// Packs the weights of one layer into their place.
struct LayerPacker {
    let shape: EncoderShape
    let memory: AlignedMemory

    /// Packs a layer.
    ///
    /// - Parameters:
    ///   - layer: Its weights; what reads the norm inside it is multiplied by `factors` already.
    ///   - factors: What the columns of the norm inside it are divided by; empty for none.
    ///   - place: Receives everything but the norm after the layer, whose factors are those of the next one.
    func pack(_ layer: EncoderLayer, factors: [Float], into place: LayerParts) {
        packHeads(of: layer, into: place.heads)
        packAttentionOutput(layer.attentionOutput, into: place.attentionOutput)
        pack(layer.attentionNorm, factors: factors, into: place.attentionNorm)
        place.intermediate.pack(layer.intermediate, into: memory)
        place.output.pack(layer.output, into: memory)
    }

    /// Packs a norm.
    ///
    /// - Parameters:
    ///   - norm: Its gain and shift.
    ///   - factors: What its columns are divided by on the way into the next product; empty for none.
    ///   - place: Receives it.
    func pack(_ norm: LayerNorm, factors: [Float], into place: PackedNorm) {
        let scales = place.hasColumnScales && factors.isEmpty ? [Float](repeating: 1, count: norm.gain.count) : []
        place.pack(
            gain: norm.gain,
            shift: norm.shift,
            columnScales: factors.isEmpty ? scales : factors.map { 1 / $0 },
            into: memory
        )
    }

    /// A head's rows of query, key and value side by side, each padded to whole vectors.
    private func packHeads(of layer: EncoderLayer, into places: [PackedLinear]) {
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
    private func packAttentionOutput(_ linear: Linear, into place: PackedLinear) {
        guard shape.headWidth != shape.headColumns else {
            place.pack(linear, into: memory)
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
}

extension PackedLinear {
    /// Packs a linear layer as it is.
    func pack(_ linear: Linear, into memory: AlignedMemory) {
        pack(weights: linear.weight.values, bias: linear.bias, into: memory)
    }
}
