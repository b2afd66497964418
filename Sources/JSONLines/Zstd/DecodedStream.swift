internal import CZstd

/// Decodes zstd frames, or passes plain bytes on, in bounded memory and within `InputLimits`.
///
/// Memory is one input buffer of 128 KiB and libzstd's window, at most `1 << windowLogMaximum` bytes and a little more.
/// Not safe to use from two threads at once.
public final class DecodedStream {
    /// Fills the buffer from its start and returns the number of bytes written; 0 is the end of the input.
    public typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

    /// The magic number of the skippable frames that carry batchd's own notes.
    public static let skippableMagic: UInt32 = 0x184D_2A5B

    /// What was read so far.
    public private(set) var statistics = StreamStatistics()

    private enum State {
        case betweenFrames
        case skippable(remaining: Int)
        case frame
    }

    private let compression: Compression
    private let limits: InputLimits
    private let source: Source
    private let context: OpaquePointer?

    private var input: [UInt8]
    private var inputStart = 0
    private var inputEnd = 0
    private var sourceEnded = false

    private var state = State.betweenFrames
    private var frameOffset = 0
    private var frameContentSize: UInt64?
    private var frameDecodedBytes: UInt64 = 0
    private var frameHasChecksum = false
    private var keptPayload: [UInt8]?
    private var keptPayloadBytes = 0
    private var failure: JSONLinesError?

    /// Creates a decoder over a byte source.
    ///
    /// - Parameters:
    ///   - compression: What the source delivers.
    ///   - limits: The limits that the input must keep.
    ///   - source: Delivers the file's bytes in order; what it throws is passed on unchanged.
    /// - Throws: `zstd_out_of_memory` where libzstd cannot get its context.
    public init(
        _ compression: Compression,
        limits: InputLimits = InputLimits(),
        source: @escaping Source
    ) throws(JSONLinesError) {
        self.compression = compression
        self.limits = limits
        self.source = source
        switch compression {
        case .none:
            input = []
            context = nil
        case .zstd:
            input = [UInt8](repeating: 0, count: ZSTD_DStreamInSize())
            context = ZSTD_createDCtx()
            guard let context else {
                throw .noDecoder
            }
            ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(limits.windowLogMaximum))
        }
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// Decodes the next bytes.
    ///
    /// - Parameter buffer: Where they go; must not be empty.
    /// - Returns: The number of bytes written; 0 only at the end of a whole and valid input.
    /// - Throws: `JSONLinesError`, again at every later call, or what the source throws.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        precondition(!buffer.isEmpty, "An empty buffer cannot be told from the end of the input.")
        if let failure { throw failure }
        do {
            let count = try compression == .zstd ? readFrames(into: buffer) : readSource(into: buffer)
            statistics.decodedBytes += count
            try checkDecodedSize()
            return count
        } catch let error as JSONLinesError {
            failure = error
            throw error
        }
    }

    // MARK: The source

    /// Reads raw bytes, counts them and holds them to their limit.
    private func readSource(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source(buffer)
        precondition((0...buffer.count).contains(count), "The source returned more bytes than the buffer holds.")
        statistics.compressedBytes += count
        if compression == .none && count > 0 { statistics.everyFrameHasChecksum = false }
        guard statistics.compressedBytes <= limits.compressedBytesMaximum else {
            throw JSONLinesError.compressedTooLarge(limits)
        }
        return count
    }

    /// Makes at least `count` bytes of input available, or as many as there are.
    private func fillInput(atLeast count: Int) throws {
        guard inputEnd - inputStart < count, !sourceEnded else { return }
        input.withUnsafeMutableBytes { bytes in
            bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[inputStart..<inputEnd]))
        }
        inputEnd -= inputStart
        inputStart = 0
        while inputEnd < count {
            let read = try input.withUnsafeMutableBytes {
                try readSource(into: UnsafeMutableRawBufferPointer(rebasing: $0[inputEnd...]))
            }
            if read == 0 {
                sourceEnded = true
                return
            }
            inputEnd += read
        }
    }

    private func checkDecodedSize() throws(JSONLinesError) {
        let decoded = statistics.decodedBytes
        guard decoded <= limits.decodedBytesMaximum else { throw .decodedTooLarge(limits) }
        guard compression == .zstd, decoded > limits.ratioExemptBytes else { return }
        let (allowed, overflow) = (statistics.compressedBytes - (inputEnd - inputStart))
            .multipliedReportingOverflow(by: limits.ratioMaximum)
        guard overflow || decoded <= allowed else {
            throw .ratioTooHigh(decoded: decoded, compressed: allowed / limits.ratioMaximum, limits)
        }
    }

    // MARK: Frames

    private func readFrames(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            switch state {
            case .betweenFrames:
                guard try beginFrame() else { return 0 }
            case .skippable(let remaining):
                try skip(remaining)
            case .frame:
                let count = try decode(into: buffer)
                if count > 0 { return count }
            }
        }
    }

    /// Reads a frame's header; false at the end of the input.
    private func beginFrame() throws -> Bool {
        try fillInput(atLeast: Int(ZSTD_FRAMEHEADERSIZE_MAX))
        frameOffset = statistics.compressedBytes - (inputEnd - inputStart)
        if inputStart == inputEnd {
            guard statistics.frames > 0 else {
                throw JSONLinesError.emptyFile
            }
            return false
        }
        let header = try readHeader()
        statistics.frames += 1
        guard statistics.frames <= limits.framesMaximum else {
            throw JSONLinesError.tooManyFrames(limits)
        }
        if header.frameType == ZSTD_skippableFrame {
            beginSkippableFrame(contentBytes: Int(header.frameContentSize))
        } else {
            try beginContentFrame(header)
        }
        return true
    }

    private func readHeader() throws(JSONLinesError) -> ZSTD_frameHeader {
        var header = ZSTD_frameHeader()
        let result = input.withUnsafeBytes {
            ZSTD_getFrameHeader(&header, $0.baseAddress.map { $0 + inputStart }, inputEnd - inputStart)
        }
        if ZSTD_isError(result) != 0 { throw decodingError(result, frame: statistics.frames + 1) }
        if result > 0 { throw truncated() }
        return header
    }

    private func beginSkippableFrame(contentBytes: Int) {
        let magic = input.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: inputStart, as: UInt32.self))
        }
        inputStart += Int(ZSTD_SKIPPABLEHEADERSIZE)
        keptPayload = nil
        if magic == Self.skippableMagic {
            let maximum = limits.skippablePayloadBytesMaximum
            if contentBytes <= maximum && keptPayloadBytes + contentBytes <= maximum * 16 {
                keptPayload = []
                keptPayloadBytes += contentBytes
            } else {
                statistics.droppedSkippablePayloads += 1
            }
        }
        state = .skippable(remaining: contentBytes)
    }

    private func beginContentFrame(_ header: ZSTD_frameHeader) throws(JSONLinesError) {
        guard header.dictID == 0 else {
            throw .dictionary(header.dictID, frameOffset: frameOffset)
        }
        guard header.windowSize <= UInt64(1) << UInt64(limits.windowLogMaximum) else {
            throw .windowTooLarge(header.windowSize, frameOffset: frameOffset, limits)
        }
        frameContentSize = header.frameContentSize == ZSTD_CONTENTSIZE_UNKNOWN ? nil : header.frameContentSize
        let remaining = UInt64(max(0, limits.decodedBytesMaximum - statistics.decodedBytes))
        if let frameContentSize, frameContentSize > remaining { throw .decodedTooLarge(limits) }
        frameDecodedBytes = 0
        frameHasChecksum = header.checksumFlag != 0
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        state = .frame
    }

    private func skip(_ remaining: Int) throws {
        guard remaining > 0 else {
            if let keptPayload { statistics.skippablePayloads.append(keptPayload) }
            keptPayload = nil
            state = .betweenFrames
            return
        }
        try fillInput(atLeast: 1)
        let count = min(remaining, inputEnd - inputStart)
        guard count > 0 else { throw truncated() }
        keptPayload?.append(contentsOf: input[inputStart..<inputStart + count])
        inputStart += count
        state = .skippable(remaining: remaining - count)
    }

    /// Decodes some of the current frame; 0 where the frame ended or its content needs another call.
    private func decode(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let available = inputEnd - inputStart
        var consumed = 0
        let result = input.withUnsafeBytes { bytes in
            var input = ZSTD_inBuffer(src: bytes.baseAddress.map { $0 + inputStart }, size: available, pos: 0)
            defer { consumed = input.pos }
            return ZSTD_decompressStream(context, &output, &input)
        }
        inputStart += consumed
        if ZSTD_isError(result) != 0 { throw decodingError(result, frame: statistics.frames) }
        frameDecodedBytes += UInt64(output.pos)
        if output.pos > 0 && !frameHasChecksum { statistics.everyFrameHasChecksum = false }
        if result == 0 {
            state = .betweenFrames
            try checkContentSize()
        } else if output.pos == 0 && inputStart == inputEnd {
            try fillInput(atLeast: 1)
            if inputStart == inputEnd { throw truncated() }
        }
        return output.pos
    }

    private func checkContentSize() throws(JSONLinesError) {
        guard let frameContentSize, frameContentSize != frameDecodedBytes else { return }
        throw .contentSize(said: frameContentSize, held: frameDecodedBytes, frameOffset: frameOffset)
    }

    private func truncated() -> JSONLinesError {
        .truncated(afterBytes: statistics.compressedBytes, frameOffset: frameOffset)
    }

    private func decodingError(_ result: Int, frame: Int) -> JSONLinesError {
        .decoding(result, frame: frame, frameOffset: frameOffset, limits)
    }
}
