internal import Kernels

/// The sizes in config.json, each within a limit; what is absent is what transformers takes then.
struct EncoderSizes {
    static let vocabularyMaximum = 1 << 22
    static let hiddenMaximum = 16_384
    static let layersMaximum = 256
    static let intermediateMaximum = 65_536
    static let positionsMaximum = 1 << 17
    static let typesMaximum = 1024

    let vocabulary: Int
    let embedding: Int
    let hidden: Int
    let layers: Int
    let heads: Int
    let intermediate: Int
    let positions: Int
    let types: Int

    /// The padding id of the families whose positions skip it.
    let padding: Int?

    /// Reads the sizes.
    ///
    /// - Throws: `ModelError` with the key and the value that is impossible.
    init(_ file: ConfigurationFile, family: EncoderFamily) throws(ModelError) {
        let isElectra = family == .electra
        let hidden = try file.size(
            "hidden_size",
            "dim",
            absent: isElectra ? 256 : 768,
            in: 1...Self.hiddenMaximum
        )
        let heads = try file.size(
            "num_attention_heads",
            "n_heads",
            absent: isElectra ? 4 : 12,
            in: 1...Self.hiddenMaximum
        )
        guard hidden % heads == 0 else {
            throw ModelError(
                .corrupt,
                "'\(file.path)' says hidden_size \(hidden) and \(heads) attention heads: the size is no multiple."
            )
        }
        guard hidden / heads <= AttentionScratch.headWidthMaximum else {
            throw ModelError(
                .unsupported,
                "'\(file.path)' says hidden_size \(hidden) and \(heads) attention heads: heads of \(hidden / heads) "
                    + "numbers, and at most \(AttentionScratch.headWidthMaximum) can be computed."
            )
        }
        self.hidden = hidden
        self.heads = heads
        let layersAbsent = family == .distilbert ? 6 : 12
        layers = try file.size("num_hidden_layers", "n_layers", absent: layersAbsent, in: 1...Self.layersMaximum)
        intermediate = try file.size(
            "intermediate_size",
            "hidden_dim",
            absent: isElectra ? 1024 : 3072,
            in: 1...Self.intermediateMaximum
        )
        embedding = isElectra ? try file.size("embedding_size", absent: 128, in: 1...Self.hiddenMaximum) : hidden
        let vocabulary = try file.size(
            "vocab_size",
            absent: family == .roberta ? 50_265 : 30_522,
            in: 1...Self.vocabularyMaximum
        )
        self.vocabulary = vocabulary
        positions = try file.size("max_position_embeddings", absent: 512, in: 1...Self.positionsMaximum)
        types =
            family == .distilbert ? 0 : try file.size("type_vocab_size", absent: 2, in: 0...Self.typesMaximum)
        padding =
            family.offsetsPositions ? try file.size("pad_token_id", absent: 1, in: 0...(vocabulary - 1)) : nil
        guard positions > (padding ?? -1) + 2 else {
            throw ModelError(
                .corrupt,
                "'\(file.path)' says max_position_embeddings \(positions), which leaves no room for a text of 2 tokens."
            )
        }
    }
}
