import Crypto
import FoundationEssentials
import SystemPackage

/// How batchd's own documents become bytes: keys sorted, so that equal values are equal bytes.
public enum DocumentCoding {
    /// Encodes a document, on one line or indented for people.
    ///
    /// - Parameters:
    ///   - value: The document.
    ///   - indented: Whether a person is likely to open it.
    /// - Returns: UTF-8 JSON that ends in a newline.
    /// - Throws: `EncodingError`, where a number is not finite.
    public static func encode(_ value: some Encodable, indented: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            indented
            ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            : [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    /// Decodes a document.
    ///
    /// - Parameters:
    ///   - type: What it should be.
    ///   - bytes: UTF-8 JSON.
    /// - Returns: The document.
    /// - Throws: `DecodingError`.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// Encodes a document followed by a line with its SHA-256, so that a torn or changed file is known as such.
    ///
    /// - Parameter value: The document.
    /// - Returns: The sealed bytes.
    /// - Throws: `EncodingError`.
    public static func seal(_ value: some Encodable) throws -> [UInt8] {
        let body = try encode(value)
        return body + Array(ContentHash.hexadecimal(of: body).utf8) + [UInt8(ascii: "\n")]
    }

    /// Decodes a sealed document.
    ///
    /// - Parameters:
    ///   - type: What it should be.
    ///   - bytes: What `seal` made.
    /// - Returns: The document, or nil where the seal is broken.
    /// - Throws: `DecodingError`, where the seal holds and the content is still not what it should be.
    public static func unseal<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value? {
        guard let body = content(ofSealed: bytes) else { return nil }
        return try decode(type, from: Array(body))
    }

    /// The document in sealed bytes, undecoded.
    ///
    /// - Parameter bytes: What `seal` made.
    /// - Returns: UTF-8 JSON that ends in a newline, or nil where the seal is broken.
    static func content(ofSealed bytes: [UInt8]) -> ArraySlice<UInt8>? {
        let body = bytes.dropLast(ContentHash.digits + 1)
        guard body.last == UInt8(ascii: "\n"), bytes.last == UInt8(ascii: "\n") else { return nil }
        let seal = bytes[body.endIndex..<bytes.endIndex - 1]
        return seal.elementsEqual(ContentHash.hexadecimal(of: body).utf8) ? body : nil
    }
}

/// SHA-256 over content that comes in pieces.
struct ContentHash {
    /// Hexadecimal digits of a hash.
    static let digits = 64

    private var function = SHA256()

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        function.update(bufferPointer: bytes)
    }

    func hexadecimal() -> String {
        Self.hexadecimal(function.finalize())
    }

    /// The identity of a job's content: the file's own hash, or that of all names and hashes of a directory.
    static func identity(of parts: [(sha256: String, name: String)]) -> String {
        if parts.count == 1 { return parts[0].sha256 }
        let list = parts.map { "\($0.sha256)  \($0.name)\n" }.joined()
        return hexadecimal(of: Array(list.utf8))
    }

    static func hexadecimal(of bytes: some DataProtocol) -> String {
        hexadecimal(SHA256.hash(data: bytes))
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
