internal import CZstd

/// Compresses shards, each to one frame with checksum and content size.
///
/// The same bytes and level give the same frame. Not safe to use from two threads at once.
public final class ZstdEncoder {
    private let context: OpaquePointer
    private var scratch: [UInt8] = []

    /// Creates an encoder.
    ///
    /// - Parameter level: zstd's compression level, 1–19.
    /// - Throws: `zstd_out_of_memory` where libzstd cannot get its context.
    public init(level: Int = 3) throws(JSONLinesError) {
        precondition((1...19).contains(level), "zstd levels go from 1 to 19 here, so that windows stay small.")
        guard let context = ZSTD_createCCtx() else {
            throw JSONLinesError(
                .zstdOutOfMemory,
                "libzstd could not allocate an encoder. Free memory or lower the number of threads, then retry."
            )
        }
        self.context = context
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    /// Compresses bytes to one frame and appends it.
    ///
    /// - Parameters:
    ///   - bytes: The content; may be empty, which makes an empty frame.
    ///   - output: Where the frame goes.
    /// - Throws: `zstd_encoding` or `zstd_out_of_memory` with libzstd's reason.
    public func appendFrame(of bytes: RawSpan, to output: inout [UInt8]) throws(JSONLinesError) {
        let bound = ZSTD_compressBound(bytes.byteCount)
        if scratch.count < bound { scratch = [UInt8](repeating: 0, count: bound) }
        let written = bytes.withUnsafeBytes { content in
            scratch.withUnsafeMutableBytes {
                ZSTD_compress2(context, $0.baseAddress, $0.count, content.baseAddress, content.count)
            }
        }
        try check(written, contentBytes: bytes.byteCount)
        output.append(contentsOf: scratch[..<written])
    }

    /// Appends a skippable frame, which every zstd reader passes over and `DecodedStream` reports.
    ///
    /// - Parameters:
    ///   - payload: At most 64 KiB, so that readers keep it.
    ///   - output: Where the frame goes.
    public static func appendSkippableFrame(_ payload: [UInt8], to output: inout [UInt8]) {
        precondition(payload.count <= InputLimits().skippablePayloadBytesMaximum, "Readers drop longer payloads.")
        withUnsafeBytes(of: DecodedStream.skippableMagic.littleEndian) { output.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(payload.count).littleEndian) { output.append(contentsOf: $0) }
        output.append(contentsOf: payload)
    }

    private func check(_ result: Int, contentBytes: Int) throws(JSONLinesError) {
        guard ZSTD_isError(result) != 0 else { return }
        let isMemory = ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation
        throw JSONLinesError(
            isMemory ? .zstdOutOfMemory : .zstdEncoding,
            "libzstd could not compress \(contentBytes) bytes: \(String(cString: ZSTD_getErrorName(result))). "
                + "Free memory, then retry."
        )
    }
}
