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
    ///   - keepsPacked: Whether the cache may be written.
    /// - Returns: The model.
    /// - Throws: `ModelError` where a file is missing or wrong, `KernelError` where the instruction set is not there.
    func loadEncoder(
        _ manifest: ModelManifest,
        precision: PrecisionChoice,
        forcedKernels: String?,
        keepsPacked: Bool
    ) throws -> any BatchModel {
        let kernels = try KernelTable.select(forced: forcedKernels)
        let precision = Self.resolved(precision, kernels)
        let configuration = try EncoderConfiguration(directory: path)
        let parts = EncoderParts(configuration, kernels: kernels, precision: precision.matrixPrecision)
        let cache = isRegistered ? PackedFile(directory: path, kernels: kernels, precision: precision) : nil
        let header = PackedFile.Header(
            weightsSHA256: manifest.weightsSHA256,
            tokenizerSHA256: try EncoderFiles.digest(ofTokenizerIn: path),
            parts: parts,
            kernels: kernels
        )
        let identity = ModelIdentity(
            name: manifest.name,
            version: manifest.version,
            weightsSHA256: manifest.weightsSHA256,
            precision: precision.rawValue
        )
        let packed =
            try cache?.read(header).flatMap { contents in try cached(contents, configuration) }
            ?? pack(parts, manifest, kernels) { packed in
                if keepsPacked { cache?.write(header, tokenizer: packed.tokenizer.compiled(), memory: packed.memory) }
            }
        return EncoderModel(
            identity: identity,
            contentSHA256: try EncoderFiles.digest(ofContentIn: path, weightsSHA256: manifest.weightsSHA256),
            configuration: configuration,
            tokenizer: packed.tokenizer,
            parts: parts,
            memory: packed.memory,
            kernels: kernels
        )
    }

    private typealias Packed = (tokenizer: WordPieceTokenizer, memory: AlignedMemory)

    /// - Returns: What the cache holds; nil where its tokenizer cannot be read.
    private func cached(_ contents: PackedFile.Contents, _ configuration: EncoderConfiguration) throws -> Packed? {
        guard let tokenizer = try? WordPieceTokenizer(compiled: contents.tokenizer) else { return nil }
        try TokenizerFit(configuration: configuration, directory: path).check(tokenizer)
        return (tokenizer, contents.memory)
    }

    /// Packs the weights, and asks for memory only when everything else is known to be right.
    private func pack(
        _ parts: EncoderParts,
        _ manifest: ModelManifest,
        _ kernels: KernelTable,
        _ body: (Packed) -> Void
    ) throws -> Packed {
        let checkpoint = try EncoderCheckpoint(directory: path, refusesNonFinite: true)
        let tokenizer = try readableTokenizer(checkpoint.configuration, manifest)
        if isRegistered { try check(checkpoint, against: manifest) }
        let memory: AlignedMemory
        do throws(KernelError) {
            memory = try AlignedMemory(weightBytes: parts.byteCount)
        } catch {
            throw ModelError(
                .outOfMemory,
                "The model \(manifest.name)@\(manifest.version) needs \(parts.byteCount) bytes of memory for its "
                    + "weights. \(error.description) Free some, or choose a smaller model or precision."
            )
        }
        try EncoderPacker(parts: parts, checkpoint: checkpoint, memory: memory, kernels: kernels).pack()
        body((tokenizer, memory))
        return (tokenizer, memory)
    }

    /// Reads the weights and refuses those that were altered since they were added.
    func verifyEncoder(_ manifest: ModelManifest) throws {
        let checkpoint = try EncoderCheckpoint(directory: path, refusesNonFinite: true)
        if isRegistered { try check(checkpoint, against: manifest) }
    }

    /// Refuses weights that were altered since they were added.
    private func check(_ checkpoint: EncoderCheckpoint, against manifest: ModelManifest) throws(ModelError) {
        let digest = try EncoderFiles.digest(of: checkpoint.tensors)
        guard digest != manifest.weightsSHA256 else { return }
        let names = checkpoint.tensors.files.map(\.name).joined(separator: ", ")
        throw ModelError(
            .corrupt,
            "\(names) in '\(path)' is not what \(ModelManifest.fileName) beside it speaks of: its SHA-256 is "
                + "\(digest), expected \(manifest.weightsSHA256). Add the model again."
        )
    }

    private var isRegistered: Bool { !EncoderSource.isBare(path) }

    /// What `auto` stands for: the format that loses nothing a reader would see and costs least on this processor.
    static func resolved(_ choice: PrecisionChoice, _ kernels: KernelTable) -> Precision {
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
    init(weightsSHA256: String, tokenizerSHA256: String, parts: EncoderParts, kernels: KernelTable) {
        let products = [parts.layerKernels.heads, parts.layerKernels.dense].map { "\($0.precision) \($0.geometry)" }
        self.init(
            weightsSHA256: weightsSHA256,
            tokenizerSHA256: tokenizerSHA256,
            shape: parts.shapeInWords,
            kernel: "\(kernels.name) \(products.joined(separator: ", "))",
            tokenizerBytes: 0,
            memoryBytes: parts.byteCount,
            checksum: 0
        )
    }
}
