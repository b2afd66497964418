public import BatchCore
internal import FoundationEssentials

/// A directory that holds one model: `model.json` and what it speaks of, or an encoder as Hugging Face writes it.
public struct ModelDirectory: Sendable, Equatable {
    /// The most bytes of a `model.json` or `aliases.json` that are read.
    static let manifestBytesMaximum = 1 << 20

    /// Where it is.
    public let path: String

    /// Names a directory, which need not exist.
    public init(_ path: String) {
        self.path = path
    }

    /// Whether it was written by training here: `model.json` and weights, without an encoder's `config.json`.
    var isLinear: Bool {
        let exists = { (name: String) in FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        return exists(ModelManifest.fileName) && !exists(EncoderConfiguration.fileName)
    }

    /// Reads `model.json`, or makes what stands for it where an encoder's directory has none.
    ///
    /// - Throws: `ModelError` where it is missing or wrong.
    public func manifest() throws -> ModelManifest {
        if EncoderSource.isBare(path) { return try EncoderSource(path).manifest() }
        let manifest = try Self.decode(ModelManifest.self, from: "\(path)/\(ModelManifest.fileName)")
        guard manifest.kind == "linear" || manifest.kind == "encoder" && manifest.encoder != nil else {
            throw ModelError(
                .corrupt,
                "The model in '\(path)' is of kind '\(manifest.kind)', and this batchd knows 'linear' and 'encoder', "
                    + "which has a member of that name."
            )
        }
        guard ModelReference.isName(manifest.name), manifest.version > 0 else {
            throw ModelError(
                .corrupt,
                "The model in '\(path)' calls itself '\(manifest.name)', version \(manifest.version); a name is "
                    + "letters, digits, '.', '_' and '-', and versions count from 1."
            )
        }
        return manifest
    }

    /// Reads the model.
    ///
    /// - Parameters:
    ///   - precision: The number format of an encoder; linear models have one of their own.
    ///   - forcedKernels: The name of an instruction set, as `BATCHD_FORCE_ISA` gives it; nil for the fastest.
    /// - Returns: The model.
    /// - Throws: `ModelError` where a file is missing or wrong, `KernelError` where the instruction set is not there.
    public func load(precision: PrecisionChoice = .auto, forcedKernels: String? = nil) throws -> any BatchModel {
        try load(manifest(), precision: precision, forcedKernels: forcedKernels)
    }

    func load(
        _ manifest: ModelManifest,
        precision: PrecisionChoice,
        forcedKernels: String?,
        keepsPacked: Bool = true
    ) throws -> any BatchModel {
        guard manifest.kind == "linear" else {
            return try loadEncoder(
                manifest,
                precision: precision,
                forcedKernels: forcedKernels,
                keepsPacked: keepsPacked
            )
        }
        return try loadLinear(manifest, forcedKernels: forcedKernels)
    }

    /// Reads the weights and holds their hash against a manifest.
    func verify(_ manifest: ModelManifest) throws {
        guard manifest.kind == "linear" else { return try verifyEncoder(manifest) }
        _ = try linearFile(manifest)
    }

    private func linearFile(_ manifest: ModelManifest) throws -> (parameters: LinearParameters, sha256: String) {
        let weightsPath = "\(path)/\(ModelManifest.weightsFileName)"
        let bytes = try WholeFile.read(weightsPath, maximum: LinearFileHeader.fileBytesMaximum)
        let file = try LinearModelFile.read(bytes, source: weightsPath)
        guard file.sha256 == manifest.weightsSHA256, file.parameters.labels == manifest.labels else {
            throw ModelError(
                .corrupt,
                "'\(weightsPath)' is not the file that \(ModelManifest.fileName) beside it speaks of: "
                    + "its SHA-256 is \(file.sha256), expected \(manifest.weightsSHA256). Copy both again."
            )
        }
        return file
    }

    private func loadLinear(_ manifest: ModelManifest, forcedKernels: String?) throws -> any BatchModel {
        let file = try linearFile(manifest)
        let identity = ModelIdentity(
            name: manifest.name,
            version: manifest.version,
            weightsSHA256: file.sha256,
            precision: "int8"
        )
        return try LinearModel(identity: identity, parameters: file.parameters, forcedKernels: forcedKernels)
    }

    /// Writes a model, making the directory where there is none.
    ///
    /// - Parameters:
    ///   - parameters: What the model has learned.
    ///   - manifest: Makes `model.json` from the SHA-256 of the weights.
    /// - Returns: The manifest that was written.
    /// - Throws: `ModelError` where the directory cannot be written.
    @discardableResult
    public func write(
        _ parameters: LinearParameters,
        manifest: (_ sha256: String) -> ModelManifest
    ) throws -> ModelManifest {
        let file = LinearModelFile.write(parameters)
        let manifest = manifest(file.sha256)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let weights = URL(filePath: "\(path)/\(ModelManifest.weightsFileName)")
            try Data(file.bytes).write(to: weights, options: .atomic)
            try Data(try manifest.encoded()).write(
                to: URL(filePath: "\(path)/\(ModelManifest.fileName)"),
                options: .atomic
            )
        } catch {
            throw ModelError(.unreadable, "The model cannot be written to '\(path)': \(error)")
        }
        return manifest
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        let bytes = try WholeFile.read(path, maximum: manifestBytesMaximum)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw ModelError(.corrupt, "'\(path)' is not what it should be: \(error)")
        }
    }
}
