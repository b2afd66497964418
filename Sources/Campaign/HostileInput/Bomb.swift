import JSONLines
import SystemPackage

/// A file that asks for far more than it is worth, or that lies about itself.
struct Bomb {
    var name: String
    /// The queue it is dropped into: `tight` has the limits that queues have, `loose` lets ratios and sizes pass.
    var queue = "tight"
    var bytes: [UInt8]
    /// A sparse file's size in bytes, where it is larger than what is written.
    var sparseBytes: Int?
    /// What may come of it: failure codes, or the empty word where its records are answered.
    var ends: Set<String>

    private static let record = Array(#"{"text": "small"}"#.utf8) + [UInt8(ascii: "\n")]
    private static let lies: Set<String> = ["zstd_content_size", "zstd_corrupt", "zstd_truncated"]

    /// All of them.
    ///
    /// - Parameter isCut: Whether to leave out those that take seconds.
    /// - Returns: Bombs whose names are keys.
    /// - Throws: `JSONLinesError`.
    static func all(isCut: Bool) throws -> [Bomb] {
        var good: [UInt8] = []
        try ZstdEncoder().appendFrame(of: record.span.bytes, to: &good)
        return ratios(isCut) + frames(good, isCut) + windows() + headers() + tails(good) + sizes(isCut)
    }

    private static func zeros(_ count: Int) -> [UInt8] {
        var frame = HandmadeFrame()
        frame.repeatByte(0, count: count, isLast: true)
        return frame.bytes
    }

    private static func ratios(_ isCut: Bool) -> [Bomb] {
        var nested = HandmadeFrame()
        nested.copy(zeros(64 << 20), isLast: true)
        var bombs = [
            Bomb(name: "zeros-1gib", bytes: zeros(1 << 30), ends: ["ratio_too_high"]),
            Bomb(name: "zeros-20gib", bytes: zeros(20 << 30), ends: ["ratio_too_high"]),
            // Its content is a frame too, and stays one: its bytes are no records.
            Bomb(name: "nested", bytes: nested.bytes, ends: ["every_record_failed"]),
        ]
        if !isCut {
            bombs.append(
                Bomb(name: "line-2gib", queue: "loose", bytes: zeros(2 << 30), ends: ["every_record_failed"])
            )
            bombs.append(
                Bomb(name: "too-long", queue: "loose", bytes: zeros(4 << 30), ends: ["decoded_too_large"])
            )
        }
        return bombs
    }

    private static func frames(_ good: [UInt8], _ isCut: Bool) -> [Bomb] {
        func empty(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for _ in 0..<count { bytes += HandmadeFrame.empty }
            return bytes
        }
        let skips = (0..<3).flatMap { HandmadeFrame.skippable($0, claimedBytes: 4, [1, 2, 3, 4]) }
        return [
            Bomb(name: "frames-100000", bytes: empty(99_999) + good, ends: [""]),
            Bomb(name: "frames-100001", bytes: empty(100_000) + good, ends: ["too_many_frames"]),
            Bomb(name: "frames-many", bytes: empty(isCut ? 120_000 : 4_000_000), ends: ["too_many_frames"]),
            Bomb(name: "skippable", bytes: skips + good + skips, ends: [""]),
            Bomb(
                name: "skippable-4gib",
                bytes: good + HandmadeFrame.skippable(0, claimedBytes: .max, [1, 2, 3]),
                ends: ["zstd_truncated"]
            ),
            Bomb(
                name: "note-4gib",
                bytes: HandmadeFrame.skippable(0xB, claimedBytes: .max, good),
                ends: ["zstd_truncated"]
            ),
        ]
    }

    private static func windows() -> [Bomb] {
        [10, 17, 23, 24, 27, 31, 41].map { log in
            var frame = HandmadeFrame(windowLog: log)
            // A block is never larger than the window.
            frame.copy(record, isLast: true)
            return Bomb(
                name: "window-\(log)",
                bytes: frame.bytes,
                ends: log <= 23 ? [""] : ["zstd_window_too_large"]
            )
        }
    }

    private static func headers() -> [Bomb] {
        func framed(_ frame: HandmadeFrame) -> [UInt8] {
            var frame = frame
            frame.copy(record, isLast: true)
            return frame.bytes
        }
        var giant = HandmadeFrame()
        giant.addBlock(kind: 1, size: (1 << 21) - 1, [0], isLast: true)
        var reserved = HandmadeFrame()
        reserved.addBlock(kind: 3, size: 1, [0], isLast: true)
        let size = UInt64(record.count)
        var bombs = [
            Bomb(name: "block-too-large", bytes: giant.bytes, ends: ["zstd_corrupt"]),
            Bomb(name: "block-reserved", bytes: reserved.bytes, ends: ["zstd_corrupt"]),
            Bomb(name: "dictionary", bytes: framed(HandmadeFrame(dictionary: 7)), ends: ["zstd_dictionary"]),
            Bomb(name: "size-right", bytes: framed(HandmadeFrame(contentBytes: size)), ends: [""]),
            Bomb(name: "size-less", bytes: framed(HandmadeFrame(contentBytes: size - 1)), ends: lies),
            Bomb(name: "size-more", bytes: framed(HandmadeFrame(contentBytes: size + 1)), ends: lies),
            Bomb(name: "size-none", bytes: framed(HandmadeFrame(contentBytes: 0)), ends: lies),
            Bomb(name: "size-tib", bytes: framed(HandmadeFrame(contentBytes: 1 << 40)), ends: ["decoded_too_large"]),
            Bomb(
                name: "segment-16mib",
                bytes: framed(HandmadeFrame(contentBytes: 16 << 20, isSingleSegment: true)),
                ends: ["zstd_window_too_large"]
            ),
        ]
        let formers: [UInt32] = [0x1EB5_2FFD] + (0x22...0x27).map { 0xFD2F_B500 | $0 }
        for magic in formers {
            let bytes = framed(HandmadeFrame(magic: magic))
            bombs.append(Bomb(name: "former-\(String(magic, radix: 16))", bytes: bytes, ends: ["zstd_bad_magic"]))
        }
        return bombs
    }

    private static func tails(_ good: [UInt8]) -> [Bomb] {
        let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let zeros = [UInt8](repeating: 0, count: 4096)
        return [
            Bomb(name: "twice", bytes: good + good, ends: [""]),
            Bomb(name: "gzip", bytes: gzip, ends: ["zstd_bad_magic"]),
            Bomb(name: "then-gzip", bytes: good + gzip, ends: ["zstd_bad_magic"]),
            Bomb(name: "then-zeros", bytes: good + zeros, ends: ["zstd_bad_magic"]),
            Bomb(name: "then-line", bytes: good + record, ends: ["zstd_bad_magic"]),
            Bomb(name: "then-byte", bytes: good + [0x28], ends: ["zstd_bad_magic", "zstd_truncated"]),
            Bomb(name: "empty", bytes: [], ends: ["zstd_truncated"]),
            Bomb(name: "plain", bytes: record, ends: ["zstd_bad_magic"]),
        ]
    }

    private static func sizes(_ isCut: Bool) -> [Bomb] {
        [Bomb(name: "sparse", queue: "loose", bytes: [], sparseBytes: 1 << 40, ends: ["compressed_too_large"])]
    }
}
