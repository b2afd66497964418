/// Reads numbers from bytes that nobody vouches for.
struct LittleEndianReader {
    private let source: String
    private let all: [UInt8]
    private var position = 0

    init(bytes: [UInt8], source: String) {
        all = bytes
        self.source = source
    }

    /// The next `count` bytes.
    mutating func bytes(_ count: Int) throws(ModelError) -> [UInt8] {
        guard count <= all.count - position else {
            throw corrupt("it ends at byte \(all.count), where \(count) bytes from byte \(position) on are needed")
        }
        defer { position += count }
        return Array(all[position..<(position + count)])
    }

    /// The next number.
    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(ModelError) -> Value {
        var value: Value = 0
        for (index, byte) in try bytes(Value.bitWidth / 8).enumerated() {
            value |= Value(truncatingIfNeeded: byte) << (index * 8)
        }
        return value
    }

    /// An error about the file.
    func corrupt(_ what: String) -> ModelError {
        ModelError(.corrupt, "The model file '\(source)' cannot be used: \(what). Copy or train it again.")
    }
}
