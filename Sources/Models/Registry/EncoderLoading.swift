internal import BatchCore
internal import Kernels
internal import Tokenizers

extension ModelDirectory {
    /// Makes the model of an encoder's directory: the only place where the registry and the encoders meet.
    ///
    /// A directory of the registry keeps what packing computed in a cache beside the weights; a directory that is used
    /// as it is belongs to somebody else, and is only read.
    ///
    /// - Parameters:
    ///   - manifest: What model.json says, or what stands for it.
    ///   - precision: The number format that a queue asks for.
    ///   - forcedKernels: The name of an instruction set; nil for the fastest.
    /// - Returns: The model.
    /// - Throws: `ModelError` where a file is missing or wrong, `KernelError` where the instruction set is not there.
    func loadEncoder(
        _ manifest: ModelManifest,
        precision: PrecisionChoice,
        forcedKernels: String?
    ) throws -> any BatchModel {
        let kernels = try KernelTable.select(forced: forcedKernels)
        let precision = Self.resolved(precision, kernels)
        let configuration = try EncoderConfiguration(directory: path)
        let parts = EncoderParts(configuration, kernels: kernels, precision: precision.matrixPrecision)
        let cache = isRegistered ? PackedFile(directory: path, kernels: kernels, precision: precision) : nil
        let header = PackedFile.Header(weightsSHA256: manifest.weightsSHA256, parts: parts, kernels: kernels)
        let identity = ModelIdentity(
            name: manifest.name,
            version: manifest.version,
            weightsSHA256: manifest.weightsSHA256,
            precision: precision.rawValue
        )
        let memory = AlignedMemory(byteCount: parts.byteCount)
        let tokenizer: WordPieceTokenizer
        if let compiled = cache?.read(header, into: memory), let cached = try? WordPieceTokenizer(compiled: compiled) {
            try TokenizerFit(configuration: configuration, directory: path).check(cached)
            tokenizer = cached
        } else {
            tokenizer = try readableTokenizer(configuration, manifest)
            try EncoderPacker(
                parts: parts,
                checkpoint: try EncoderCheckpoint(directory: path, refusesNonFinite: true),
                memory: memory,
                kernels: kernels
            ).pack()
            cache?.write(header, tokenizer: tokenizer.compiled(), memory: memory)
        }
        return EncoderModel(
            identity: identity,
            configuration: configuration,
            tokenizer: tokenizer,
            parts: parts,
            memory: memory,
            kernels: kernels
        )
    }

    private var isRegistered: Bool { !EncoderSource.isBare(path) }

    /// What `auto` stands for: the format that loses nothing a reader would see and costs least on this processor.
    private static func resolved(_ choice: PrecisionChoice, _ kernels: KernelTable) -> Precision {
        choice.precision ?? (kernels.matrixKernel(.bfloat16).isNative ? .bfloat16 : .float32)
    }

    private func readableTokenizer(
        _ configuration: EncoderConfiguration,
        _ manifest: ModelManifest
    ) throws(ModelError) -> WordPieceTokenizer {
        let found = try EncoderSource(path).tokenizer(configuration)
        guard let tokenizer = found?.wordPiece else {
            throw ModelError(
                .unsupported,
                "The model \(manifest.name)@\(manifest.version) cannot read texts: "
                    + "\(found?.obstacle ?? "it has no tokenizer"). Its weights are fine."
            )
        }
        return tokenizer
    }}

extension Precision {
    /// The kernels' word for it.
    var matrixPrecision: MatrixPrecision {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .int8: .int8
        }
    }
}

extension PackedFile {
    /// The cache of a model of the registry.
    init(directory: String, kernels: KernelTable, precision: Precision) {
        self.init(path: "\(directory)/packed-\(kernels.name)-\(precision.rawValue).bin", kernels: kernels)
    }
}

extension PackedFile.Header {
    /// What a cache must be of.
    init(weightsSHA256: String, parts: EncoderParts, kernels: KernelTable) {
        let kernel = parts.layers[0].output.kernel
        self.init(
            weightsSHA256: weightsSHA256,
            kernel: "\(kernels.name) \(kernel.precision) \(kernel.geometry)",
            tokenizerBytes: 0,
            memoryBytes: parts.byteCount,
            checksum: 0
        )
    }
}
