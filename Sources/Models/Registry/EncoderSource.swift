internal import FoundationEssentials

/// A directory that holds an encoder as Hugging Face writes it.
struct EncoderSource {
    /// Where it is.
    let path: String

    /// Names a directory.
    init(_ path: String) {
        self.path = path
    }

    /// Whether a directory is described by config.json alone, not by a model.json.
    static func isBare(_ path: String) -> Bool {
        let exists = { (name: String) in FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        return exists(EncoderConfiguration.fileName) && !exists(ModelManifest.fileName)
    }

    /// Opens it and checks every shape.
    ///
    /// - Throws: `ModelError` that says what is wrong.
    func checkpoint() throws(ModelError) -> EncoderCheckpoint {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
            throw ModelError(.notFound, "There is no directory '\(path)'.")
        }
        guard FileManager.default.fileExists(atPath: "\(path)/\(EncoderConfiguration.fileName)") else {
            throw ModelError(
                .notFound,
                "'\(path)' has neither \(EncoderConfiguration.fileName) nor \(ModelManifest.fileName). Give a Hugging "
                    + "Face model directory (config.json, model.safetensors, tokenizer.json), or one that "
                    + "'batchd train' wrote."
            )
        }
        return try EncoderCheckpoint(directory: path)
    }

    /// Looks at its tokenizer and checks that the model has a vector for each of its ids.
    ///
    /// - Returns: The tokenizer; nil where there is none.
    /// - Throws: `ModelError` where it is wrong or another model's.
    func tokenizer(_ configuration: EncoderConfiguration) throws(ModelError) -> EncoderTokenizer? {
        let tokenizer = try EncoderTokenizer(directory: path)
        try tokenizer?.check(against: configuration, directory: path)
        return tokenizer
    }

    /// What stands for `model.json` where a directory is used as it is.
    ///
    /// - Throws: `ModelError` that says what is wrong.
    func manifest() throws(ModelError) -> ModelManifest {
        let checkpoint = try checkpoint()
        let tokenizer = try tokenizer(checkpoint.configuration)
        return ModelManifest(
            name: name,
            version: 1,
            labels: checkpoint.configuration.labels,
            weightsSHA256: try EncoderFiles.digest(of: checkpoint.tensors),
            encoder: EncoderManifest(checkpoint, tokenizer: tokenizer)
        )
    }

    /// What a person should know of an encoder, in sentences.
    static func warnings(_ checkpoint: EncoderCheckpoint, _ tokenizer: EncoderTokenizer?) -> [String] {
        var warnings = checkpoint.configuration.warnings
        if let obstacle = tokenizer?.obstacle { warnings.append(obstacle) }
        if tokenizer == nil {
            warnings.append("it has no tokenizer: it runs on ids only")
        }
        if let first = checkpoint.unusedTensors.first {
            let count = checkpoint.unusedTensors.count
            let more = count > 1 ? " and \(count - 1) more" : ""
            warnings.append("its weights hold what nothing uses: '\(first)'\(more)")
        }
        return warnings
    }

    // The folder's name, as far as it can be one.
    private var name: String {
        let last = URL(filePath: path).standardizedFileURL.lastPathComponent
        let spelled = String(last.map { ModelReference.isName("a\($0)") ? $0 : "-" }.prefix(128))
        return ModelReference.isName(spelled) ? spelled : "model"
    }
}
