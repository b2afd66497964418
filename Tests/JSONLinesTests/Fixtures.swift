import JSONLines

/// Delivers bytes in pieces of at most `pieceBytes`, as a slow pipe would.
func source(_ bytes: [UInt8], pieceBytes: Int = .max) -> DecodedStream.Source {
    var position = 0
    return { buffer in
        let count = min(buffer.count, pieceBytes, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }
}

/// Reads a stream to its end.
func readAll(_ stream: DecodedStream, bufferBytes: Int = 1 << 16) throws -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: bufferBytes)
    while true {
        let count = try buffer.withUnsafeMutableBytes { try stream.read(into: $0) }
        if count == 0 { return all }
        all.append(contentsOf: buffer[..<count])
    }
}

/// A reader over plain text.
func reader(
    _ text: String,
    limits: InputLimits = InputLimits(),
    pieceBytes: Int = .max
) throws -> LineReader {
    let stream = try DecodedStream(.none, limits: limits, source: source(Array(text.utf8), pieceBytes: pieceBytes))
    return LineReader(stream, limits: limits)
}

/// The lines of a block as text.
func texts(_ block: LineBlock) -> [String] {
    block.lines.map { String(decoding: block.bytes(of: $0), as: UTF8.self) }
}

/// One frame of the encoder.
func frame(_ bytes: [UInt8], level: Int = 3) throws -> [UInt8] {
    var output: [UInt8] = []
    try ZstdEncoder(level: level).appendFrame(of: bytes.span.bytes, to: &output)
    return output
}

/// Scans one line from an allocation of exactly its size, so that the address sanitizer sees a read behind it.
func scan(
    _ line: [UInt8],
    keys: [String] = ["id", "text"],
    limits: InputLimits = InputLimits()
) -> (failure: ScanFailure?, record: ScannedRecord) {
    var record = ScannedRecord()
    let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: line.count, alignment: 1)
    defer { exact.deallocate() }
    exact.copyBytes(from: line)
    let span = RawSpan(_unsafeBytes: exact)
    return (RecordScanner(keys: keys, limits: limits).scan(span, into: &record), record)
}

/// Scans one line of text.
func scan(
    _ line: String,
    keys: [String] = ["id", "text"],
    limits: InputLimits = InputLimits()
) -> (failure: ScanFailure?, record: ScannedRecord) {
    scan(Array(line.utf8), keys: keys, limits: limits)
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Changes, inserts, removes or doubles a few bytes.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &self)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &self)
            case 2: bytes.insert(Array("\"\\{}[]:,0eE-.u\u{0}".utf8).randomElement(using: &self) ?? 0, at: index)
            case 3: bytes.remove(at: index)
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }
}
