import Kernels

/// Reads a checkpoint layer by layer into an encoder's memory, so that it is never in memory twice.
struct EncoderPacker {
    let parts: EncoderParts
    let checkpoint: EncoderCheckpoint
    let memory: AlignedMemory
    let kernels: KernelTable

    /// Packs everything.
    ///
    /// - Throws: `ModelError` where a tensor is missing or wrong.
    func pack() throws {
        try checkpoint.forEachWordRows { first, rows in
            parts.embeddings.pack(words: rows.values, at: first, into: memory)
        }
        try packPositions()
        let packer = LayerPacker(shape: parts.shape, memory: memory)
        let isInt8 = parts.layerKernels.dense.precision.isInt8
        let ranges = isInt8 ? try ActivationRanges(checkpoint, shape: parts.shape, kernels: kernels) : nil
        var norm = try checkpoint.embeddingNorm()
        var place = parts.embeddingNorm
        for (index, layerPlace) in parts.layers.enumerated() {
            var layer = try checkpoint.layer(index)
            var factors = MigrationFactors()
            if let ranges {
                let isDirect = index > 0 || parts.projection == nil
                (layer, factors) = layer.migrating(ranges.advance(through: layer), attention: isDirect)
            }
            packer.pack(norm, factors: factors.attention, into: place)
            packer.pack(layer, factors: factors.feedForward, into: layerPlace)
            norm = layer.outputNorm
            place = layerPlace.outputNorm
        }
        packer.pack(norm, factors: [], into: place)
        try packHead()
    }

    /// Packs position and type embeddings, their norm, and the projection after it where there is one.
    ///
    /// - Throws: `ModelError` where a tensor is missing or wrong.
    func packPositions() throws {
        let norm = try checkpoint.embeddingNorm()
        parts.embeddings.pack(
            positions: try checkpoint.positionEmbeddings().values,
            types: try checkpoint.typeEmbeddings()?.values ?? [],
            into: memory
        )
        LayerPacker(shape: parts.shape, memory: memory).pack(norm, factors: [], into: parts.embeddingNorm)
        if let place = parts.projection, let projection = try checkpoint.embeddingProjection() {
            place.pack(projection, into: memory)
        }
    }

    private func packHead() throws {
        let head = try checkpoint.head()
        if let place = parts.head.dense, let dense = head.dense { place.pack(dense, into: memory) }
        if let place = parts.head.classifier, let classifier = head.classifier { place.pack(classifier, into: memory) }
    }
}
