/// Writes little-endian numbers.
struct FlatWriter {
    private var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends a length and so many bytes.
    mutating func append(_ content: [UInt8]) {
        append(UInt32(content.count))
        bytes += content
    }

    /// Everything, with its checksum at the end.
    consuming func finished() -> [UInt8] {
        append(FlatReader.checksum(bytes, count: bytes.count))
        return bytes
    }
}

/// Reads little-endian numbers from bytes that nobody vouches for.
struct FlatReader {
    private let all: [UInt8]
    private let end: Int
    private var position = 0

    /// Checks the first two numbers, and the checksum at the end.
    init(_ bytes: [UInt8], magic: UInt32, version: UInt32) throws(TokenizerError) {
        all = bytes
        end = max(0, bytes.count - 8)
        let first = try number()
        guard first == magic else { throw Self.corrupt("its first bytes are not those of one") }
        let second = try number()
        guard second == version else {
            throw Self.corrupt("it is of version \(second), and only version \(version) is read")
        }
        let written = all.withUnsafeBytes { bytes in
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self))
        }
        guard written == Self.checksum(all, count: end) else { throw Self.corrupt("its checksum does not match") }
    }

    /// An error about the bytes.
    static func corrupt(_ what: String) -> TokenizerError {
        TokenizerError(.corrupt, "The compiled tokenizer cannot be used: \(what). Compile it again.")
    }

    /// The next 32-bit number.
    mutating func number() throws(TokenizerError) -> UInt32 {
        let start = try take(4)
        return all.withUnsafeBytes { bytes in
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
        }
    }

    /// The next number, as a count of parts that take at least so many bytes each.
    mutating func count(ofSize size: Int) throws(TokenizerError) -> Int {
        let count = Int(try number())
        guard count <= (end - position) / size else {
            throw Self.corrupt("it ends at byte \(all.count), too early for \(count) parts from byte \(position) on")
        }
        return count
    }

    /// The next length and so many bytes.
    mutating func bytes() throws(TokenizerError) -> [UInt8] {
        let count = try count(ofSize: 1)
        let start = try take(count)
        return Array(all[start..<(start + count)])
    }

    /// Steps over the next bytes.
    ///
    /// - Returns: Where they begin.
    mutating func take(_ count: Int) throws(TokenizerError) -> Int {
        guard count <= end - position else {
            throw Self.corrupt("it ends at byte \(all.count), where \(count) bytes from byte \(position) on are needed")
        }
        defer { position += count }
        return position
    }

    /// Checks that everything was read.
    func finish() throws(TokenizerError) {
        guard position == end else { throw Self.corrupt("\(end - position) bytes follow its end") }
    }

    /// Calls `body` with all bytes.
    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        all.withUnsafeBytes { body($0) }
    }

    /// A checksum against accidents, not against intent: what is read is checked for its own sake.
    static func checksum(_ bytes: [UInt8], count: Int) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var sum = UInt64(count)
            var index = 0
            while index + 8 <= count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
                sum ^= sum >> 29
                index += 8
            }
            while index < count {
                sum = (sum ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
                sum ^= sum >> 29
                index += 1
            }
            return sum
        }
    }
}
