/// What the files of a sentence-transformers directory say: `modules.json` and the folders it names.
struct SentenceConfiguration {
    /// The name of the file that makes a directory one of sentence-transformers.
    static let fileName = "modules.json"

    private static let transformerFiles = [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json",
        "sentence_xlm-roberta_config.json",
    ]

    /// How vectors of tokens become one.
    let recipe: EmbeddingRecipe

    /// The most tokens of a text; nil where the tokenizer's configuration decides.
    private(set) var tokensMaximum: Int?

    /// What a person should know, in sentences.
    private(set) var warnings: [String] = []

    /// Reads the files; nil where there is no `modules.json`.
    ///
    /// - Parameter directory: The model's directory.
    /// - Throws: `ModelError` that names a module or setting that is not known.
    init?(directory: String) throws(ModelError) {
        let path = "\(directory)/\(Self.fileName)"
        guard let modules = try Self.modules(path) else { return nil }
        let kinds = modules.map(\.kind)
        guard kinds == ["Transformer", "Pooling"] || kinds == ["Transformer", "Pooling", "Normalize"] else {
            throw ModelError(
                .corrupt,
                "'\(path)' is a chain of \(kinds.joined(separator: ", ")); batchd can run Transformer, Pooling and, "
                    + "after them, Normalize."
            )
        }
        guard modules[0].path.isEmpty else {
            throw ModelError(
                .corrupt,
                "'\(path)' says that its Transformer lies in '\(modules[0].path)'; move the files of that folder up "
                    + "and make the path empty."
            )
        }
        let pooling = try Self.pooling("\(directory)/\(modules[1].path)/config.json")
        recipe = EmbeddingRecipe(pooling: pooling, normalises: kinds.count == 3)
        try readTransformer(directory)
        try readPrompts(directory)
    }

    /// The files beside `modules.json` that belong to it and that may be there, as paths in the directory.
    static func files(in directory: String) throws(ModelError) -> [String] {
        guard let modules = try modules("\(directory)/\(fileName)") else { return [] }
        let configurations = modules.filter { !$0.path.isEmpty && $0.kind == "Pooling" }.map {
            "\($0.path)/config.json"
        }
        return [fileName, "config_sentence_transformers.json"] + transformerFiles + configurations
    }
}

// MARK: - Files

extension SentenceConfiguration {
    private static func modules(_ path: String) throws(ModelError) -> [(kind: String, path: String)]? {
        let bytes: [UInt8]
        do throws(ModelError) {
            bytes = try WholeFile.read(path, maximum: ConfigurationFile.bytesMaximum)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        guard let elements = try JSONParser.parse(bytes, source: "'\(path)'").elements, elements.count <= 16 else {
            throw ModelError(.corrupt, "'\(path)' is no list of at most 16 modules.")
        }
        var modules: [(kind: String, path: String)] = []
        for (index, element) in elements.enumerated() {
            guard let type = element.members?["type"]?.text, let folder = element.members?["path"]?.text,
                folder.isEmpty || ModelReference.isName(folder)
            else {
                throw ModelError(.corrupt, "Module \(index) of '\(path)' has no type, or no path that is a folder.")
            }
            modules.append((type.split(separator: ".").last.map(String.init) ?? type, folder))
        }
        return modules
    }

    private static func pooling(_ path: String) throws(ModelError) -> EmbeddingRecipe.Pooling {
        let file = try ConfigurationFile(path)
        if let mode = try file.text("pooling_mode") {
            guard let pooling = EmbeddingRecipe.Pooling(rawValue: mode) else {
                throw file.unsupported("pooling_mode '\(mode)'")
            }
            return pooling
        }
        var modes: [String] = []
        for key in file.members.keys.sorted() where key.hasPrefix("pooling_mode_") {
            if try file.flag(key) { modes.append(key) }
        }
        switch modes {
        case ["pooling_mode_mean_tokens"]: return .mean
        case ["pooling_mode_cls_token"]: return .cls
        case ["pooling_mode_max_tokens"]: return .max
        default: throw file.unsupported(modes.isEmpty ? "no pooling mode" : modes.joined(separator: " with "))
        }
    }

    private mutating func readTransformer(_ directory: String) throws(ModelError) {
        for name in Self.transformerFiles {
            guard let file = try ConfigurationFile.ifPresent("\(directory)/\(name)") else { continue }
            if file.members["max_seq_length"] != nil {
                tokensMaximum = try file.size(
                    "max_seq_length",
                    absent: 0,
                    in: 2...EncoderSizes.positionsMaximum
                )
            }
            if try file.flag("do_lower_case") {
                warnings.append("\(name) asks for lower case; only what the tokenizer itself does is done")
            }
            return
        }
    }

    private mutating func readPrompts(_ directory: String) throws(ModelError) {
        let file = try ConfigurationFile.ifPresent("\(directory)/config_sentence_transformers.json")
        guard let name = try file?.text("default_prompt_name") else { return }
        warnings.append("its default prompt '\(name)' is not put before texts; write it into the queue's template")
    }
}
