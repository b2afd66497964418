internal import Crypto

/// The files of an encoder's directory.
enum EncoderFiles {
    /// The largest file that is copied and holds no weights, in bytes.
    static let otherBytesMaximum = 256 << 20
    /// The most bytes of weights that a model may have.
    static let weightBytesMaximum = 1 << 36

    /// What tokenizers of any kind consist of.
    private static let tokenizerFiles = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt",
        "vocab.json", "merges.txt", "sentencepiece.bpe.model", "spiece.model",
    ]

    /// The files that hold no weights, as paths in the directory; those that are not there are skipped.
    ///
    /// - Throws: `ModelError` where `modules.json` is wrong.
    static func others(_ directory: String) throws(ModelError) -> [String] {
        [EncoderConfiguration.fileName, SafetensorsDirectory.indexFileName] + tokenizerFiles
            + (try SentenceConfiguration.files(in: directory))
    }

    /// The SHA-256 over all weight files in their order, in hexadecimal.
    ///
    /// - Throws: `ModelError` where one cannot be read.
    static func digest(of weights: SafetensorsDirectory) throws(ModelError) -> String {
        var hash = SHA256()
        for file in weights.files {
            try file.file.forEachChunk { chunk throws(ModelError) in hash.update(bufferPointer: chunk) }
        }
        return hexadecimal(hash.finalize())
    }

    /// The SHA-256 over the files that a tokenizer is read from, with their names and lengths, in hexadecimal.
    ///
    /// - Throws: `ModelError` where one cannot be read.
    static func digest(ofTokenizerIn directory: String) throws(ModelError) -> String {
        try digest(of: EncoderTokenizer.fileNames, in: directory)
    }

    /// The SHA-256 over all that an encoder's answers follow from: its weights by their hash, its other files with
    /// names, lengths and content, in hexadecimal.
    ///
    /// - Throws: `ModelError` where one cannot be read.
    static func digest(ofContentIn directory: String, weightsSHA256: String) throws(ModelError) -> String {
        try digest(of: others(directory), in: directory, after: "weights \(weightsSHA256)\n")
    }

    private static func digest(
        of names: [String],
        in directory: String,
        after beginning: String = ""
    ) throws(ModelError) -> String {
        var hash = SHA256()
        hash.update(data: Array(beginning.utf8))
        for name in names {
            guard let file = try ReadableFile.ifPresent("\(directory)/\(name)") else { continue }
            hash.update(data: Array("\(name) \(file.byteCount)\n".utf8))
            try file.forEachChunk { chunk throws(ModelError) in hash.update(bufferPointer: chunk) }
        }
        return hexadecimal(hash.finalize())
    }

    /// The digits of a digest.
    static func hexadecimal(_ digest: SHA256Digest) -> String {
        let digits = Array("0123456789abcdef")
        return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
