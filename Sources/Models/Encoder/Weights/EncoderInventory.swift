/// The tensors that a configuration calls for, checked against those that are there.
struct EncoderInventory {
    /// The names of the tensors that are used, in the order of the computation.
    private(set) var names: [String] = []

    /// Tensors that nothing needs and that no training is known to leave behind, sorted.
    private(set) var unused: [String] = []

    /// How many numbers the tensors have that are used.
    private(set) var parameterCount = 0

    private let tensors: SafetensorsDirectory

    /// Takes stock.
    ///
    /// - Throws: `ModelError` with the first tensor that is missing or of the wrong shape.
    init(
        configuration: EncoderConfiguration,
        names: EncoderTensorNames,
        tensors: SafetensorsDirectory
    ) throws(ModelError) {
        self.tensors = tensors
        try countEmbeddings(configuration, names)
        for index in 0..<configuration.layerCount {
            try countLayer(configuration, names.layer(index))
        }
        try countHead(configuration, names)
        let used = Set(self.names)
        unused = tensors.names.filter { !used.contains($0) && !EncoderTensorNames.isKnownRemainder($0) }.sorted()
    }

    /// The names of a norm's factors and terms; BERT's first checkpoints call them gamma and beta.
    static func normParts(_ name: String, contains: (String) -> Bool) -> (gain: String, shift: String) {
        contains("\(name).gamma") && !contains("\(name).weight")
            ? ("\(name).gamma", "\(name).beta") : ("\(name).weight", "\(name).bias")
    }
}

// MARK: - Parts

extension EncoderInventory {
    private mutating func countEmbeddings(
        _ configuration: EncoderConfiguration,
        _ names: EncoderTensorNames
    ) throws(ModelError) {
        let width = configuration.embeddingSize
        try count(names.wordEmbeddings, [configuration.vocabularySize, width])
        try count(names.positionEmbeddings, [configuration.positionCount, width])
        if configuration.typeCount > 0 {
            try count(names.typeEmbeddings, [configuration.typeCount, width])
        }
        try countNorm(names.embeddingNorm, width)
        if width != configuration.hiddenSize {
            try countLinear(names.embeddingProjection, configuration.hiddenSize, width)
        }
    }

    private mutating func countLayer(
        _ configuration: EncoderConfiguration,
        _ names: EncoderTensorNames.Layer
    ) throws(ModelError) {
        let hidden = configuration.hiddenSize
        for name in [names.query, names.key, names.value, names.attentionOutput] {
            try countLinear(name, hidden, hidden)
        }
        try countNorm(names.attentionNorm, hidden)
        try countLinear(names.intermediate, configuration.intermediateSize, hidden)
        try countLinear(names.output, hidden, configuration.intermediateSize)
        try countNorm(names.outputNorm, hidden)
    }

    private mutating func countHead(
        _ configuration: EncoderConfiguration,
        _ names: EncoderTensorNames
    ) throws(ModelError) {
        let hidden = configuration.hiddenSize
        switch configuration.head {
        case .embedding:
            return
        case .tokenClassification:
            try countLinear(names.classifier(ofTokens: true), configuration.labels.count, hidden)
        case .classification:
            try countLinear(names.dense, hidden, hidden)
            try countLinear(names.classifier(ofTokens: false), configuration.labels.count, hidden)
        }
    }

    private mutating func countLinear(_ name: String, _ outputs: Int, _ inputs: Int) throws(ModelError) {
        try count("\(name).weight", [outputs, inputs])
        try count("\(name).bias", [outputs])
    }

    private mutating func countNorm(_ name: String, _ width: Int) throws(ModelError) {
        let parts = Self.normParts(name) { tensors.entry($0) != nil }
        try count(parts.gain, [width])
        try count(parts.shift, [width])
    }

    private mutating func count(_ name: String, _ shape: [Int]) throws(ModelError) {
        guard let found = tensors.entry(name) else {
            throw ModelError(
                .corrupt,
                "Tensor '\(name)' is missing, expected \(shape), in '\(tensors.path)'. The weights are not those that "
                    + "its \(EncoderConfiguration.fileName) describes."
            )
        }
        guard found.entry.shape == shape else {
            throw ModelError(
                .corrupt,
                "Tensor '\(name)' is \(found.entry.shape), expected \(shape), in '\(found.path)'."
            )
        }
        names.append(name)
        parameterCount += found.entry.elementCount
    }
}
