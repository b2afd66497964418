/// zstd frames written by hand (RFC 8878), so that their headers can say what no encoder would.
struct HandmadeFrame {
    /// The bytes so far.
    private(set) var bytes: [UInt8]

    /// The largest block that the format knows, in bytes.
    static let blockBytesMaximum = 128 << 10

    /// Begins a frame.
    ///
    /// - Parameters:
    ///   - windowLog: The binary logarithm of its window, from 10.
    ///   - contentBytes: What the header says of its content's size; nil to say nothing.
    ///   - isSingleSegment: Whether the window is as large as the content, which must then be said.
    ///   - dictionary: The dictionary it needs; 0 for none.
    ///   - magic: Its first four bytes.
    init(
        windowLog: Int = 17,
        contentBytes: UInt64? = nil,
        isSingleSegment: Bool = false,
        dictionary: UInt32 = 0,
        magic: UInt32 = 0xFD2F_B528
    ) {
        bytes = Self.littleEndian(UInt64(magic), count: 4)
        bytes.append((contentBytes == nil ? 0 : 0xC0) | (isSingleSegment ? 0x20 : 0) | (dictionary == 0 ? 0 : 3))
        if !isSingleSegment { bytes.append(UInt8((windowLog - 10) << 3)) }
        if dictionary != 0 { bytes += Self.littleEndian(UInt64(dictionary), count: 4) }
        if let contentBytes { bytes += Self.littleEndian(contentBytes, count: 8) }
    }

    /// Adds blocks that repeat one byte.
    mutating func repeatByte(_ byte: UInt8, count: Int, isLast: Bool) {
        var left = count
        repeat {
            let some = min(left, Self.blockBytesMaximum)
            left -= some
            addBlock(kind: 1, size: some, [byte], isLast: isLast && left == 0)
        } while left > 0
    }

    /// Adds bytes as they are, in one block.
    mutating func copy(_ content: [UInt8], isLast: Bool) {
        addBlock(kind: 0, size: content.count, content, isLast: isLast)
    }

    /// Adds a block of any kind that claims any size.
    mutating func addBlock(kind: Int, size: Int, _ content: [UInt8], isLast: Bool) {
        bytes += Self.littleEndian(UInt64((isLast ? 1 : 0) | kind << 1 | size << 3), count: 3)
        bytes += content
    }

    /// A frame of nothing, nine bytes long.
    static let empty: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0, 1, 0, 0]

    /// A skippable frame that claims any length.
    static func skippable(_ variant: UInt8, claimedBytes: UInt32, _ content: [UInt8]) -> [UInt8] {
        [0x50 | variant, 0x2A, 0x4D, 0x18] + littleEndian(UInt64(claimedBytes), count: 4) + content
    }

    private static func littleEndian(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
