/// An encoder's directory: its configuration and its open weights, which are read when they are asked for.
///
/// Nothing that was read is kept, so whoever packs the weights layer by layer never has the model in memory twice.
public struct EncoderCheckpoint: Sendable {
    /// What the configuration files say.
    public let configuration: EncoderConfiguration

    /// The weights as they lie in their files.
    public let tensors: SafetensorsDirectory

    /// Tensors that nothing needs and that no training is known to leave behind, sorted.
    public let unusedTensors: [String]

    /// How many numbers the weights have that are used.
    public let parameterCount: Int

    /// Whether every tensor is searched for NaNs and infinities when it is read.
    public let refusesNonFinite: Bool

    private let names: EncoderTensorNames

    /// Opens a directory and checks that every tensor is there and of the right shape; no weights are read.
    ///
    /// - Parameters:
    ///   - directory: The model's directory.
    ///   - refusesNonFinite: Whether reading refuses NaNs and infinities, by tensor name and index.
    /// - Throws: `ModelError` that names the file, the tensor and the numbers that are wrong.
    public init(directory: String, refusesNonFinite: Bool = false) throws(ModelError) {
        let configuration = try EncoderConfiguration(directory: directory)
        let tensors = try SafetensorsDirectory(directory)
        let names = EncoderTensorNames(configuration.family) { tensors.entry($0) != nil }
        let inventory = try EncoderInventory(configuration: configuration, names: names, tensors: tensors)
        self.configuration = configuration
        self.tensors = tensors
        self.names = names
        self.refusesNonFinite = refusesNonFinite
        unusedTensors = inventory.unused
        parameterCount = inventory.parameterCount
    }

    /// Reads every tensor that is used and refuses NaNs and infinities.
    ///
    /// - Throws: `ModelError` with the tensor and the index.
    public func checkValues() throws(ModelError) {
        let inventory = try EncoderInventory(configuration: configuration, names: names, tensors: tensors)
        for name in inventory.names {
            _ = try values(name, refusesNonFinite: true)
        }
    }
}

// MARK: - Weights

extension EncoderCheckpoint {
    /// Reads the word embeddings, `[vocabulary, embedding]`, in runs of rows: they are the largest table by far.
    ///
    /// - Parameters:
    ///   - elementsMaximum: The most numbers of a run; a run has a row at least.
    ///   - body: Receives each run in turn with the number of its first row.
    /// - Throws: `ModelError` where they cannot be read, and what `body` throws.
    func forEachWordRows(
        elementsMaximum: Int = 1 << 20,
        _ body: (_ first: Int, _ rows: Matrix) throws(ModelError) -> Void
    ) throws(ModelError) {
        let (rows, columns) = (configuration.vocabularySize, configuration.embeddingSize)
        let step = max(elementsMaximum / columns, 1)
        for first in stride(from: 0, to: rows, by: step) {
            let count = min(step, rows - first)
            let part = first * columns..<(first + count) * columns
            let values = try values(names.wordEmbeddings, part)
            try body(first, Matrix(rows: count, columns: columns, values: values))
        }
    }

    /// The position embeddings, `[positions, embedding]`; the first of a text is in row `positionOffset`.
    public func positionEmbeddings() throws(ModelError) -> Matrix {
        try matrix(names.positionEmbeddings, configuration.positionCount, configuration.embeddingSize)
    }

    /// The token type embeddings, `[types, embedding]`; nil where there are none.
    public func typeEmbeddings() throws(ModelError) -> Matrix? {
        guard configuration.typeCount > 0 else { return nil }
        return try matrix(names.typeEmbeddings, configuration.typeCount, configuration.embeddingSize)
    }

    /// The norm of the sum of embeddings, `[embedding]`.
    public func embeddingNorm() throws(ModelError) -> LayerNorm {
        try norm(names.embeddingNorm)
    }

    /// ELECTRA's map after that norm, `[hidden, embedding]`; nil where the widths are equal.
    public func embeddingProjection() throws(ModelError) -> Linear? {
        guard configuration.embeddingSize != configuration.hiddenSize else { return nil }
        return try linear(names.embeddingProjection, configuration.hiddenSize, configuration.embeddingSize)
    }

    /// One layer.
    ///
    /// - Precondition: There is a layer of that index.
    public func layer(_ index: Int) throws(ModelError) -> EncoderLayer {
        precondition(index >= 0 && index < configuration.layerCount)
        let names = names.layer(index)
        let hidden = configuration.hiddenSize
        return EncoderLayer(
            query: try linear(names.query, hidden, hidden),
            key: try linear(names.key, hidden, hidden),
            value: try linear(names.value, hidden, hidden),
            attentionOutput: try linear(names.attentionOutput, hidden, hidden),
            attentionNorm: try norm(names.attentionNorm),
            intermediate: try linear(names.intermediate, configuration.intermediateSize, hidden),
            output: try linear(names.output, hidden, configuration.intermediateSize),
            outputNorm: try norm(names.outputNorm)
        )
    }

    /// What comes after the last layer.
    public func head() throws(ModelError) -> HeadWeights {
        let hidden = configuration.hiddenSize
        let labels = configuration.labels.count
        switch configuration.head {
        case .embedding:
            return HeadWeights(dense: nil, denseActivation: names.denseActivation, classifier: nil)
        case .tokenClassification:
            let classifier = try linear(names.classifier(ofTokens: true), labels, hidden)
            return HeadWeights(dense: nil, denseActivation: names.denseActivation, classifier: classifier)
        case .classification:
            return HeadWeights(
                dense: try linear(names.dense, hidden, hidden),
                denseActivation: names.denseActivation,
                classifier: try linear(names.classifier(ofTokens: false), labels, hidden)
            )
        }
    }

    private func linear(_ name: String, _ outputs: Int, _ inputs: Int) throws(ModelError) -> Linear {
        Linear(weight: try matrix("\(name).weight", outputs, inputs), bias: try values("\(name).bias"))
    }

    private func norm(_ name: String) throws(ModelError) -> LayerNorm {
        let parts = EncoderInventory.normParts(name) { tensors.entry($0) != nil }
        return LayerNorm(
            gain: try values(parts.gain),
            shift: try values(parts.shift),
            epsilon: configuration.normEpsilon
        )
    }

    private func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(ModelError) -> Matrix {
        Matrix(rows: rows, columns: columns, values: try values(name))
    }

    private func values(
        _ name: String,
        _ part: Range<Int>? = nil,
        refusesNonFinite: Bool? = nil
    ) throws(ModelError) -> [Float] {
        let values = try tensors.values(of: name, part)
        guard refusesNonFinite ?? self.refusesNonFinite, let index = HalfPrecision.firstNonFinite(values) else {
            return values
        }
        let found = tensors.entry(name)
        throw ModelError(
            .corrupt,
            "Tensor '\(name)' is \(values[index]) at index \((part?.lowerBound ?? 0) + index) of "
                + "\(found?.entry.elementCount ?? values.count), in '\(found?.path ?? tensors.path)'. Weights are "
                + "finite numbers; train or copy the model again."
        )
    }
}
