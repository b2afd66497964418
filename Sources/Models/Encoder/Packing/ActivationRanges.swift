import BatchCore
import Kernels

/// Finds out how large each column of activations becomes, by running the encoder in float32 while it is packed.
///
/// The columns that grow far beyond the others are a trait of the weights, whatever the text (Bondarenko et al. 2021,
/// arXiv:2109.12948), so a few sequences of random tokens show them; the tokens are seeded, so the same weights pack to
/// the same bytes. One layer at a time is in memory beside what is packed.
struct ActivationRanges {
    /// Sequences that are run.
    private static let sequences = 4
    /// Tokens of each.
    private static let tokensMaximum = 64
    private static let seed: UInt64 = 7

    private let shape: EncoderShape
    private let layerKernels: LayerKernels
    private let rows: RowKernels
    private let ends: [Int]
    private let workspace: EncoderWorkspace

    /// The largest magnitudes of one layer's inputs.
    struct Layer {
        /// Of what its heads read, `[hidden]`.
        var attention: [Float]
        /// Of what its feed-forward block reads, `[hidden]`.
        var feedForward: [Float]
    }

    /// Looks the embeddings of the random tokens up.
    ///
    /// - Throws: `ModelError` where a tensor is missing or wrong.
    init(_ checkpoint: EncoderCheckpoint, shape: EncoderShape, kernels: KernelTable) throws {
        self.shape = shape
        layerKernels = LayerKernels(kernels, precision: .float32)
        rows = kernels.rowKernels
        let offset = checkpoint.configuration.positionOffset
        let length = min(Self.tokensMaximum, checkpoint.configuration.tokenLimit)
        ends = (1...Self.sequences).map { $0 * length }
        let count = Self.sequences * length
        workspace = EncoderWorkspace(
            shape: shape,
            kernels: layerKernels,
            projectionKernel: shape.embedding == shape.hidden ? nil : kernels.matrixKernel(.float32)
        )
        workspace.reserve(tokens: count)

        // The tables hold the embeddings of these tokens alone.
        var small = shape
        small.vocabulary = count
        small.layers = 0
        let parts = EncoderParts(
            shape: small,
            head: HeadShape(dense: 0, denseActivation: .identity, outputs: 0),
            kernels: kernels,
            precision: .float32
        )
        let memory = AlignedMemory(byteCount: parts.byteCount)
        try EncoderPacker(parts: parts, checkpoint: checkpoint, memory: memory, kernels: kernels).packPositions()
        try Self.packRandomWords(count, of: checkpoint, into: parts.embeddings, memory)
        let tokens = TokenIDs(
            ids: (0..<count).map { UInt32($0) },
            positions: (0..<count).map { UInt32(offset + $0 % length) }
        )
        EncoderForward(parts: parts, memory: memory, rows: rows).embed(tokens, in: workspace)
    }

    private static func packRandomWords(
        _ count: Int,
        of checkpoint: EncoderCheckpoint,
        into tables: EmbeddingTables,
        _ memory: AlignedMemory
    ) throws {
        var random = SplitMix64(seed: seed)
        let vocabulary = UInt64(checkpoint.configuration.vocabularySize)
        let ids = (0..<count).map { _ in Int(random.next() % vocabulary) }
        try checkpoint.forEachWordRows { first, rows in
            for (token, id) in ids.enumerated() where (first..<first + rows.rows).contains(id) {
                let start = (id - first) * rows.columns
                tables.pack(words: Array(rows.values[start..<start + rows.columns]), at: token, into: memory)
            }
        }
    }

    /// Runs the tokens through the next layer.
    ///
    /// - Parameter layer: Its weights as they are in the checkpoint.
    /// - Returns: The magnitudes of its inputs.
    func advance(through layer: EncoderLayer) -> Layer {
        var plan = ArenaPlan()
        let place = LayerParts(shape: shape, index: 0, kernels: layerKernels, in: &plan)
        let memory = AlignedMemory(byteCount: plan.byteCount)
        let packer = LayerPacker(shape: shape, memory: memory)
        packer.pack(layer, factors: [], into: place)
        packer.pack(layer.outputNorm, factors: [], into: place.outputNorm)

        let count = ends.last ?? 0
        let forward = LayerForward(shape: shape, memory: memory, rows: rows)
        var ranges = Layer(
            attention: workspace.hidden.columnMagnitudes(0..<count),
            feedForward: [Float](repeating: 0, count: shape.hidden)
        )
        forward.attend(place, tokens: count, ends: ends, in: workspace)
        for chunk in workspace.chunks(of: count) {
            forward.joinHeads(chunk, of: place, in: workspace)
            let magnitudes = workspace.hidden.columnMagnitudes(chunk)
            ranges.feedForward = zip(ranges.feedForward, magnitudes).map { max($0, $1) }
            forward.feedForward(chunk, of: place, packsForNext: true, in: workspace)
        }
        return ranges
    }
}
