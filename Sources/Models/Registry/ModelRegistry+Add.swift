internal import Crypto
internal import FoundationEssentials

/// A model that was taken into a registry.
public struct AddedModel: Sendable, Equatable, Codable {
    /// What `model.json` says.
    public var manifest: ModelManifest

    /// Its directory.
    public var path: String

    /// What a person should know, in sentences.
    public var warnings: [String]

    /// What was packed for this machine; nil where nothing was.
    public var packing: Packing?

    /// Weights that were packed.
    public struct Packing: Sendable, Equatable, Codable {
        /// The precision that `auto` stands for here.
        public var precision: String

        /// How long it took.
        public var seconds: Double
    }
}

extension ModelRegistry {
    /// Takes a Hugging Face encoder, or a linear model that was trained here, in as the next version under a name.
    ///
    /// The files are copied unchanged into a staging directory, checked there in full (every shape, every number, the
    /// vocabulary; a linear model's digest), and published by one rename.
    ///
    /// - Parameters:
    ///   - name: The name; the binary's own is allowed, its versions count from 2.
    ///   - source: The directory; symbolic links in it are followed.
    /// - Returns: What was added.
    /// - Throws: `ModelError` that says what is wrong with the directory or why the registry cannot be written.
    public func add(name: String, from source: String) throws -> AddedModel {
        guard ModelReference.isName(name) else {
            throw ModelError(
                .badReference,
                "'\(name)' cannot name a model. A name is letters, digits, '.', '_' and '-', at most 128 of them, and "
                    + "begins with a letter or digit."
            )
        }
        guard let folder else { throw ModelError(.notFound, "There is no root to add '\(name)' to.") }
        let directory = ModelDirectory(source)
        guard directory.isLinear else {
            // Refuses most of what is wrong before a byte is copied.
            let checkpoint = try EncoderSource(source).checkpoint()
            let staging = try ModelStaging(in: "\(folder)/\(name)")
            let digest = try copy(checkpoint, into: staging)
            let version = try nextVersion(of: name)
            let added = try check(staging.path, source: source, name: name, version: version, digest: digest)
            return try publish(added, staging)
        }
        var manifest = try directory.manifest()
        let staging = try ModelStaging(in: "\(folder)/\(name)")
        try copyLinear(directory, manifest, into: staging)
        manifest.name = name
        manifest.version = try nextVersion(of: name)
        let path = "\(folder)/\(name)/\(manifest.version)"
        return try publish(AddedModel(manifest: manifest, path: path, warnings: []), staging)
    }

    private func publish(_ added: AddedModel, _ staging: borrowing ModelStaging) throws -> AddedModel {
        try staging.put(try added.manifest.encoded(), to: ModelManifest.fileName)
        try staging.publish(as: added.manifest.version)
        return added
    }

    // As with encoders, what is checked is the copy, and errors speak of the source.
    private func copyLinear(
        _ source: ModelDirectory,
        _ manifest: ModelManifest,
        into staging: borrowing ModelStaging
    ) throws {
        let weights = try ReadableFile("\(source.path)/\(ModelManifest.weightsFileName)")
        guard weights.byteCount <= LinearFileHeader.fileBytesMaximum else {
            throw ModelError(
                .corrupt,
                "'\(weights.path)' has \(weights.byteCount) bytes; at most \(LinearFileHeader.fileBytesMaximum) are "
                    + "taken in."
            )
        }
        var unused = SHA256()
        try staging.copy(weights, to: ModelManifest.weightsFileName, hash: &unused)
        do {
            try ModelDirectory(staging.path).verify(manifest)
        } catch let error as ModelError {
            throw ModelError(error.code, error.message.replacing(staging.path, with: source.path))
        }
    }

    private func copy(_ checkpoint: EncoderCheckpoint, into staging: borrowing ModelStaging) throws -> String {
        let weights = checkpoint.tensors
        guard weights.byteCount <= EncoderFiles.weightBytesMaximum else {
            throw ModelError(
                .corrupt,
                "The weights in '\(weights.path)' have \(weights.byteCount) bytes; at most "
                    + "\(EncoderFiles.weightBytesMaximum) are taken in."
            )
        }
        for name in try EncoderFiles.others(weights.path) {
            guard let file = try ReadableFile.ifPresent("\(weights.path)/\(name)") else { continue }
            guard file.byteCount <= EncoderFiles.otherBytesMaximum else {
                throw ModelError(
                    .corrupt,
                    "'\(file.path)' has \(file.byteCount) bytes; at most \(EncoderFiles.otherBytesMaximum) are taken in."
                )
            }
            var unused = SHA256()
            try staging.copy(file, to: name, hash: &unused)
        }
        var hash = SHA256()
        for file in weights.files { try staging.copy(file.file, to: file.name, hash: &hash) }
        return EncoderFiles.hexadecimal(hash.finalize())
    }

    // What is checked is the copy: what happens to the source meanwhile does not matter. Errors speak of the source,
    // because that is what a person can mend.
    private func check(
        _ staging: String,
        source: String,
        name: String,
        version: Int,
        digest: String
    ) throws(ModelError) -> AddedModel {
        do throws(ModelError) {
            let copy = EncoderSource(staging)
            let checkpoint = try copy.checkpoint()
            try checkpoint.checkValues()
            let tokenizer = try copy.tokenizer(checkpoint.configuration)
            return AddedModel(
                manifest: ModelManifest(
                    name: name,
                    version: version,
                    labels: checkpoint.configuration.labels,
                    weightsSHA256: digest,
                    encoder: EncoderManifest(checkpoint, tokenizer: tokenizer)
                ),
                path: "\(folder ?? "")/\(name)/\(version)",
                warnings: EncoderSource.warnings(checkpoint, tokenizer)
            )
        } catch {
            throw ModelError(error.code, error.message.replacing(staging, with: source))
        }
    }
}
