import BatchCore
import JSONLines

/// Cuts a stream into lines in the plainest way, all of it in memory.
enum LineReference {
    /// A line as the reader should find it.
    struct Found: Equatable {
        var number: Int
        var byteOffset: Int
        /// All its bytes, without its end.
        var bytes: ArraySlice<UInt8>
    }

    /// The lines that are not blank; one that is over the limit never is.
    static func lines(of stream: [UInt8], limits: InputLimits) -> [Found] {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let begin = stream.starts(with: mark) ? mark.count : 0
        var lines: [Found] = []
        var number = 1
        var pieces = stream[begin...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        for piece in pieces {
            var bytes = piece
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes
            let isBlank = bytes.count <= limits.lineBytesMaximum && content.allSatisfy { " \t\r".utf8.contains($0) }
            if !isBlank {
                lines.append(Found(number: number, byteOffset: piece.startIndex, bytes: bytes))
            }
            number += 1
        }
        return lines
    }

    /// What the reader finds in a stream, read in pieces of chance.
    ///
    /// - Parameters:
    ///   - file: The stream as a file.
    ///   - compression: How it is compressed.
    ///   - limits: The limits.
    ///   - seed: By which pieces and blocks are cut.
    /// - Returns: The lines, with `fullLength` where only their beginning was kept.
    /// - Throws: What the reader throws.
    static func read(
        _ file: [UInt8],
        _ compression: Compression,
        limits: InputLimits,
        seed: UInt64
    ) throws -> [(line: Line, bytes: ArraySlice<UInt8>)] {
        var rest = file[...]
        var random = SplitMix64(seed: seed)
        let stream = try DecodedStream(compression, limits: limits) { buffer in
            let piece = rest.prefix(min(buffer.count, 1 + Int(random.next() % 70_000)))
            buffer.copyBytes(from: piece)
            rest = rest.dropFirst(piece.count)
            return piece.count
        }
        let reader = LineReader(stream, limits: limits)
        var found: [(line: Line, bytes: ArraySlice<UInt8>)] = []
        while true {
            let records = 1 + Int(random.next() % 300)
            let bytes = 1 + Int(random.next() % 100_000)
            guard let block = try reader.nextBlock(maximumRecords: records, maximumBytes: bytes) else { return found }
            for line in block.lines { found.append((line, block.bytes(of: line))) }
        }
    }

    /// What the reader found that is not so.
    static func violations(
        of found: [(line: Line, bytes: ArraySlice<UInt8>)],
        expected: [Found],
        limits: InputLimits
    ) -> [String] {
        guard found.count == expected.count else { return ["\(found.count) lines, not \(expected.count)"] }
        for (found, expected) in zip(found, expected) {
            let isShort = expected.bytes.count > limits.lineBytesMaximum
            let isRight =
                isShort
                ? expected.bytes.starts(with: found.bytes) && found.line.fullLength == expected.bytes.count
                : found.bytes == expected.bytes && found.line.fullLength == nil
            guard isRight, found.line.number == expected.number, found.line.byteOffset == expected.byteOffset else {
                return ["line \(expected.number) at byte \(expected.byteOffset) is read as another"]
            }
        }
        return []
    }

    /// All that a file holds.
    ///
    /// - Throws: What the stream throws.
    static func decoded(
        _ file: [UInt8],
        _ compression: Compression,
        limits: InputLimits = InputLimits()
    ) throws -> [UInt8] {
        var rest = file[...]
        let stream = try DecodedStream(compression, limits: limits) { buffer in
            let piece = rest.prefix(buffer.count)
            buffer.copyBytes(from: piece)
            rest = rest.dropFirst(piece.count)
            return piece.count
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try stream.read(into: $0) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// The lines of a file that batchd wrote, none where it is absent.
    ///
    /// - Throws: Where it is no zstd.
    static func pieces(of file: [UInt8]?) throws -> [ArraySlice<UInt8>] {
        try file.map { try decoded($0, .zstd).split(separator: UInt8(ascii: "\n")) } ?? []
    }
}
