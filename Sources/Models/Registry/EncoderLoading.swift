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
        let tokenizer: WordPieceTokenizer?
        if let compiled = cache?.read(header, into: memory), let cached = try? Self.tokenizer(compiled: compiled) {
            tokenizer = cached
        } else {
            tokenizer = try Self.readTokenizer(path)
            try EncoderPacker(
                parts: parts,
                checkpoint: try EncoderCheckpoint(directory: path, refusesNonFinite: true),
                memory: memory,
                kernels: kernels
            ).pack()
            cache?.write(header, tokenizer: tokenizer?.compiled() ?? [], memory: memory)
        }
        guard tokenizer != nil else { throw Self.textsAreUnsupported(manifest) }
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

    private static func tokenizer(compiled: [UInt8]) throws(TokenizerError) -> WordPieceTokenizer? {
        compiled.isEmpty ? nil : try WordPieceTokenizer(compiled: compiled)
    }

    private static func readTokenizer(_ path: String) throws -> WordPieceTokenizer? {
        if let bytes = try EncoderTokenizer.file("tokenizer.json", in: path) {
            do throws(TokenizerError) {
                return try WordPieceTokenizer(tokenizerJSON: bytes)
            } catch {
                guard error.code != .unsupportedKind else { return nil }
                throw ModelError(.corrupt, "'\(path)/tokenizer.json': \(error)")
            }
        }
        guard let bytes = try EncoderTokenizer.file("vocab.txt", in: path) else { return nil }
        let configuration = try EncoderTokenizer.file("tokenizer_config.json", in: path)
        do throws(TokenizerError) {
            return try WordPieceTokenizer(vocabulary: bytes, configuration: configuration)
        } catch {
            throw ModelError(.corrupt, "'\(path)/vocab.txt': \(error)")
        }
    }

    private static func textsAreUnsupported(_ manifest: ModelManifest) -> ModelError {
        let kind = manifest.encoder?.tokenizer.map { "its tokenizer is of kind \($0)" } ?? "it has no tokenizer"
        return ModelError(
            .corrupt,
            "The model \(manifest.name)@\(manifest.version) cannot read texts: \(kind), and batchd reads WordPiece. "
                + "Its weights are fine; text support for other kinds is still to come."
        )
    }
}

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
