internal import Crypto
internal import Kernels
internal import Tokenizers

/// The file format of linear weights: reading from disk, reading in place, and writing.
public enum LinearModelFile {
    /// Reads the weights of a file into memory of their own, and checks their digest.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - source: What errors call the file.
    /// - Returns: The parameters and the SHA-256 of the weights in hexadecimal.
    /// - Throws: `ModelError` that names what is wrong.
    public static func read(
        _ bytes: [UInt8],
        source: String
    ) throws(ModelError) -> (parameters: LinearParameters, sha256: String) {
        let header = try LinearFileHeader(reading: bytes.span, source: source)
        guard digest(of: bytes) == header.digest else {
            throw ModelError(
                .corrupt,
                "The model file '\(source)' was changed: its SHA-256 is not the one in its header. Copy or train it again."
            )
        }
        let rows = bytes.withUnsafeBytes { buffer in
            Int8Rows(
                copying: UnsafeRawBufferPointer(rebasing: buffer[header.headerBytes...].prefix(header.rowBytes)),
                rowCount: header.features.buckets,
                columns: header.labels.count - 1
            )
        }
        return (parameters(header, rows), hexadecimal(header.digest))
    }

    /// Uses weights where they lie, without copying or hashing them.
    ///
    /// - Parameters:
    ///   - immortal: A whole file, in memory that is never written nor freed.
    ///   - source: What errors call the file.
    /// - Returns: The parameters and the SHA-256 of the weights in hexadecimal, as the header gives it.
    /// - Throws: `ModelError` that names what is wrong with the header.
    static func use(
        immortal: UnsafeRawBufferPointer,
        source: String
    ) throws(ModelError) -> (parameters: LinearParameters, sha256: String) {
        let bytes = immortal.assumingMemoryBound(to: UInt8.self)
        let header = try LinearFileHeader(reading: bytes.span, source: source)
        let rows = Int8Rows(
            immortal: UnsafeRawBufferPointer(rebasing: immortal[header.headerBytes...]),
            rowCount: header.features.buckets,
            columns: header.labels.count - 1
        )
        return (parameters(header, rows), hexadecimal(header.digest))
    }

    /// The bytes of a file.
    ///
    /// - Parameter parameters: What the file is to hold.
    /// - Returns: The bytes, and the SHA-256 of the weights in hexadecimal.
    public static func write(_ parameters: LinearParameters) -> (bytes: [UInt8], sha256: String) {
        var header = LinearFileHeader(
            labels: parameters.labels,
            features: parameters.features,
            reference: parameters.weights.reference,
            scale: parameters.weights.scale,
            lightCount: parameters.weights.lightCount,
            biases: parameters.weights.biases,
            digest: Array(repeating: 0, count: LinearFileHeader.digestCount)
        )
        var bytes = header.encoded()
        parameters.weights.rows.withUnsafeBytes { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: repeatElement(0, count: header.fileBytes - bytes.count))
        header.digest = digest(of: bytes)
        let digestEnd = LinearFileHeader.digestOffset + LinearFileHeader.digestCount
        bytes.replaceSubrange(LinearFileHeader.digestOffset..<digestEnd, with: header.digest)
        return (bytes, hexadecimal(header.digest))
    }

    private static func parameters(_ header: LinearFileHeader, _ rows: Int8Rows) -> LinearParameters {
        LinearParameters(
            labels: header.labels,
            features: header.features,
            weights: LinearWeights(
                rows: rows,
                scale: header.scale,
                biases: header.biases,
                reference: header.reference,
                lightIds: header.features.characterBuckets,
                lightCount: header.lightCount
            )
        )
    }

    private static func digest(of bytes: [UInt8]) -> [UInt8] {
        let digestEnd = LinearFileHeader.digestOffset + LinearFileHeader.digestCount
        return bytes.withUnsafeBytes { Array(SHA256.hash(data: UnsafeRawBufferPointer(rebasing: $0[digestEnd...]))) }
    }

    private static func hexadecimal(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
