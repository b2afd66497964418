internal import CZstd

/// The words for what can be wrong with a compressed file.
extension JSONLinesError {
    static let noDecoder = JSONLinesError(
        .zstdOutOfMemory,
        "libzstd could not allocate a decoder. Free memory or lower the number of threads, then retry."
    )

    static let emptyFile = JSONLinesError(
        .zstdTruncated,
        "The file is empty, and an empty zstd file still has a frame. Write it again."
    )

    static func truncated(afterBytes bytes: Int, frameOffset: Int) -> JSONLinesError {
        JSONLinesError(
            .zstdTruncated,
            "The file ends after \(bytes) bytes, inside the frame that starts at byte \(frameOffset). "
                + "Transfer it again."
        )
    }

    /// What a file longer than the limit on compressed bytes fails with.
    ///
    /// - Parameter limits: The limits.
    /// - Returns: The error.
    public static func compressedTooLarge(_ limits: InputLimits) -> JSONLinesError {
        JSONLinesError(
            .compressedTooLarge,
            "The file is longer than \(limits.compressedBytesMaximum) bytes. "
                + "Split it, or raise limits.compressed_bytes in queue.yaml."
        )
    }

    static func decodedTooLarge(_ limits: InputLimits) -> JSONLinesError {
        JSONLinesError(
            .decodedTooLarge,
            "The file holds more than \(limits.decodedBytesMaximum) decoded bytes. "
                + "Split it, or raise limits.decoded_bytes in queue.yaml."
        )
    }

    static func ratioTooHigh(decoded: Int, compressed: Int, _ limits: InputLimits) -> JSONLinesError {
        JSONLinesError(
            .ratioTooHigh,
            "\(decoded) bytes came out of the first \(compressed) bytes of the file, more than "
                + "\(limits.ratioMaximum) for one. It may be a decompression bomb; "
                + "if it is not, compress it less or raise limits.ratio in queue.yaml."
        )
    }

    static func tooManyFrames(_ limits: InputLimits) -> JSONLinesError {
        JSONLinesError(
            .tooManyFrames,
            "The file has more than \(limits.framesMaximum) zstd frames. "
                + "Compress it again as fewer frames, or raise limits.frames in queue.yaml."
        )
    }

    static func dictionary(_ identifier: UInt32, frameOffset: Int) -> JSONLinesError {
        JSONLinesError(
            .zstdDictionary,
            "The frame at byte \(frameOffset) needs dictionary \(identifier), and job files have none. "
                + "Compress the file without a dictionary."
        )
    }

    static func windowTooLarge(_ windowBytes: UInt64?, frameOffset: Int, _ limits: InputLimits) -> JSONLinesError {
        let words = windowBytes.map { "\($0)" } ?? "more than \(1 << ZSTD_WINDOWLOG_MAX_64)"
        return JSONLinesError(
            .zstdWindowTooLarge,
            "The frame at byte \(frameOffset) needs a window of \(words) bytes; the limit is "
                + "\(1 << limits.windowLogMaximum). Compress the file without --ultra and --long"
                + (windowBytes == nil ? "." : ", or raise limits.window_log in queue.yaml.")
        )
    }

    static func contentSize(said: UInt64, held: UInt64, frameOffset: Int) -> JSONLinesError {
        JSONLinesError(
            .zstdContentSize,
            "The frame at byte \(frameOffset) holds \(held) bytes and its header says \(said). "
                + "Transfer the file again, or write it again."
        )
    }

    /// What libzstd's error code means for the file.
    static func decoding(_ result: Int, frame: Int, frameOffset: Int, _ limits: InputLimits) -> JSONLinesError {
        let place = "frame \(frame) at byte \(frameOffset)"
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_prefix_unknown:
            return JSONLinesError(
                .zstdBadMagic,
                "There is no zstd frame at byte \(frameOffset). Compress the file with zstd, "
                    + "remove what follows its last frame, or give it a name without .zst."
            )
        case ZSTD_error_checksum_wrong:
            return JSONLinesError(
                .zstdChecksum,
                "The content of \(place) does not match its checksum. Transfer the file again."
            )
        case ZSTD_error_memory_allocation:
            return JSONLinesError(
                .zstdOutOfMemory,
                "libzstd could not allocate the window of \(place). Free memory, then retry."
            )
        case ZSTD_error_frameParameter_windowTooLarge:
            return .windowTooLarge(nil, frameOffset: frameOffset, limits)
        default:
            return JSONLinesError(
                .zstdCorrupt,
                "libzstd cannot decode \(place): \(String(cString: ZSTD_getErrorName(result))). "
                    + "Transfer the file again, or write it again."
            )
        }
    }
}
