internal import Kernels
internal import Tokenizers

/// The head of a file of linear weights; the layout is described in docs/decisions/0003-linear-model.md.
///
/// All numbers are little-endian. Reading trusts nothing: every number is checked against a limit before it is used.
struct LinearFileHeader: Equatable {
    static let magic: [UInt8] = Array("BATCHDLM".utf8)
    static let formatVersion: UInt32 = 1
    static let digestOffset = 16
    static let digestCount = 32
    static let fixedBytes = 80
    static let alignment = 64

    /// Limits on what a file may ask for.
    static let labelsMaximum = 1000
    static let labelBytesMaximum = 128
    static let headerBytesMaximum = 256 << 10
    static let fileBytesMaximum = 1 << 31

    /// The largest scale, bias and count; whatever was trained stays far below, and sums stay far from infinity.
    static let magnitudeMaximum: Float = 1e6

    var labels: [String]
    var features: NGramFeatures
    var reference: Int
    var scale: Float
    var lightCount: Float
    var biases: [Float]

    /// The SHA-256 of every byte behind the digest.
    var digest: [UInt8]

    /// Where the rows begin.
    var headerBytes: Int { Self.aligned(Self.fixedBytes + labels.reduce(0) { $0 + 6 + $1.utf8.count }) }

    /// The number of bytes of the rows.
    var rowBytes: Int { features.buckets * (labels.count - 1) }

    /// The number of bytes of the file; the padding behind the rows is part of it.
    var fileBytes: Int { Self.aligned(headerBytes + rowBytes + Int8Rows.paddingBytes) }

    private static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

// MARK: - Writing

extension LinearFileHeader {
    /// The bytes before the rows.
    func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.append(littleEndian: Self.formatVersion)
        bytes.append(littleEndian: UInt32(headerBytes))
        bytes.append(contentsOf: digest)
        bytes.append(littleEndian: UInt32(labels.count))
        bytes.append(littleEndian: UInt32(features.buckets))
        bytes.append(littleEndian: UInt32(features.characterBuckets))
        bytes.append(littleEndian: UInt32(reference))
        bytes.append(littleEndian: scale.bitPattern)
        bytes.append(littleEndian: lightCount.bitPattern)
        let orders = [
            features.wordOrder, features.cjkOrder, features.characterOrderMinimum, features.characterOrderMaximum,
            features.skip,
        ]
        bytes.append(contentsOf: orders.map { UInt8($0) })
        bytes.append(flags)
        bytes.append(contentsOf: [0, 0])
        for bias in biases {
            bytes.append(littleEndian: bias.bitPattern)
        }
        for label in labels {
            bytes.append(littleEndian: UInt16(label.utf8.count))
            bytes.append(contentsOf: label.utf8)
        }
        bytes.append(contentsOf: repeatElement(0, count: headerBytes - bytes.count))
        return bytes
    }

    private var flags: UInt8 {
        (features.foldsDigits ? 1 : 0) | (features.foldsHandles ? 2 : 0) | (features.distinct ? 4 : 0)
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        for byte in 0..<(value.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: value >> (byte * 8)))
        }
    }
}

// MARK: - Reading

extension LinearFileHeader {
    /// Reads and checks the head of a file.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - source: What errors call the file.
    /// - Throws: `ModelError` that names the number that is wrong.
    init(reading bytes: Span<UInt8>, source: String) throws(ModelError) {
        var reader = LittleEndianReader(bytes: Self.head(of: bytes), source: source)
        guard try reader.bytes(Self.magic.count) == Self.magic else {
            throw reader.corrupt("it does not begin with 'BATCHDLM'; is it a file of linear weights?")
        }
        let version = try reader.integer(UInt32.self)
        guard version == Self.formatVersion else {
            throw reader.corrupt("its format is \(version), this batchd reads format \(Self.formatVersion)")
        }
        let headerBytes = Int(try reader.integer(UInt32.self))
        digest = try reader.bytes(Self.digestCount)
        let labelCount = Int(try reader.integer(UInt32.self))
        guard (2...Self.labelsMaximum).contains(labelCount) else {
            throw reader.corrupt("it has \(labelCount) labels, expected 2 to \(Self.labelsMaximum)")
        }
        let buckets = Int(try reader.integer(UInt32.self))
        let characterBuckets = Int(try reader.integer(UInt32.self))
        reference = Int(try reader.integer(UInt32.self))
        guard reference < labelCount else {
            throw reader.corrupt("its reference label is number \(reference) of \(labelCount)")
        }
        scale = try Self.float(&reader, name: "scale")
        lightCount = try Self.float(&reader, name: "count of characters' n-grams")
        guard lightCount >= 0 else {
            throw reader.corrupt("it counts characters' n-grams \(lightCount) times")
        }
        features = try Self.features(&reader, buckets: buckets, characterBuckets: characterBuckets)
        biases = []
        for index in 0..<labelCount {
            biases.append(try Self.float(&reader, name: "bias \(index)"))
        }
        labels = try Self.labels(&reader, count: labelCount)
        guard headerBytes == self.headerBytes else {
            throw reader.corrupt("its header is said to have \(headerBytes) bytes and has \(self.headerBytes)")
        }
        guard fileBytes <= Self.fileBytesMaximum, bytes.count == fileBytes else {
            throw reader.corrupt(
                "it has \(bytes.count) bytes, and \(features.buckets) buckets of \(labelCount) labels need \(fileBytes)"
            )
        }
    }

    // As much of the file as its header says it has, so that nothing of the rows is touched.
    private static func head(of bytes: Span<UInt8>) -> [UInt8] {
        var said = 0
        for index in 12..<16 where index < bytes.count {
            said |= Int(bytes[index]) << ((index - 12) * 8)
        }
        let count = min(bytes.count, max(fixedBytes, min(said, headerBytesMaximum)))
        return (0..<count).map { bytes[$0] }
    }

    private static func features(
        _ reader: inout LittleEndianReader,
        buckets: Int,
        characterBuckets: Int
    ) throws(ModelError) -> NGramFeatures {
        let fields = try reader.bytes(8)
        let features = NGramFeatures(
            wordOrder: Int(fields[0]),
            cjkOrder: Int(fields[1]),
            characterOrderMinimum: Int(fields[2]),
            characterOrderMaximum: Int(fields[3]),
            skip: Int(fields[4]),
            foldsDigits: fields[5] & 1 != 0,
            foldsHandles: fields[5] & 2 != 0,
            distinct: fields[5] & 4 != 0,
            buckets: buckets,
            characterBuckets: characterBuckets
        )
        if let problem = features.problem {
            throw reader.corrupt(problem)
        }
        guard fields[5] < 8, fields[6] == 0, fields[7] == 0 else {
            throw reader.corrupt("its flags are \(fields[5]), \(fields[6]), \(fields[7]), which mean nothing here")
        }
        return features
    }

    private static func float(_ reader: inout LittleEndianReader, name: String) throws(ModelError) -> Float {
        let value = Float(bitPattern: try reader.integer(UInt32.self))
        // NaN fails the comparison too.
        guard value.magnitude <= magnitudeMaximum else {
            throw reader.corrupt("its \(name) is \(value), expected at most \(magnitudeMaximum)")
        }
        return value
    }

    private static func labels(_ reader: inout LittleEndianReader, count: Int) throws(ModelError) -> [String] {
        var labels: [String] = []
        for index in 0..<count {
            let length = Int(try reader.integer(UInt16.self))
            guard (1...labelBytesMaximum).contains(length) else {
                throw reader.corrupt("label \(index) has \(length) bytes, expected 1 to \(labelBytesMaximum)")
            }
            guard let label = String(validating: try reader.bytes(length), as: UTF8.self), !labels.contains(label)
            else {
                throw reader.corrupt("label \(index) is not UTF-8, or there twice")
            }
            labels.append(label)
        }
        return labels
    }
}
