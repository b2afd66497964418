import Kernels

/// The sizes of an encoder as its packed weights and scratch memory depend on them.
struct EncoderShape: Sendable, Equatable {
    /// The width of a token's row between layers.
    var hidden: Int
    /// The width of embeddings, which ELECTRA projects to `hidden`.
    var embedding: Int
    var layers: Int
    var heads: Int
    var intermediate: Int
    var vocabulary: Int
    var positions: Int
    /// Segment embeddings; 0 for models without.
    var types: Int
    /// Added to the variance in each layer norm.
    var epsilon: Float
    /// What is done to the wide rows of each layer.
    var activation: Activation

    /// The columns of one head in the model.
    var headColumns: Int { hidden / heads }

    /// The columns of one head in memory: whole vectors on every instruction set, the rest 0.
    var headWidth: Int { (headColumns + 15) / 16 * 16 }

    /// The row of all heads side by side, padding included.
    var contextColumns: Int { heads * headWidth }
}
