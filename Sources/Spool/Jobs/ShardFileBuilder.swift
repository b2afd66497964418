import BatchCore
import JSONLines

/// Formats a shard's answers and errors, compresses them and certifies the result.
struct ShardFileBuilder {
    let job: JobRecord
    let configuration: QueueConfiguration
    let model: any BatchModel
    let time: any TimeSource

    /// Builds the shard file; equal answers give equal frames.
    ///
    /// - Throws: `JSONLinesError` of the compressor, `ConfigurationError` where the queue wants what the model has not.
    func build(
        _ outcome: ShardOutcome,
        shard: Int,
        budgetTokens: Int,
        with encoder: ZstdEncoder
    ) throws -> ShardFile {
        let start = time.monotonicSeconds
        var summary = ShardSummary(
            index: shard,
            outcome: outcome,
            model: model,
            queue: configuration,
            budgetTokens: budgetTokens
        )
        var frames: [UInt8] = []
        let origin = ResultOrigin(source: job.source, inputSHA256: job.input.sha256)
        let writer = try ResultWriter(configuration: configuration, model: model, origin: origin)
        let lines = writer.lines(of: outcome)
        if !lines.isEmpty {
            try encoder.appendFrame(of: lines.span.bytes, to: &frames)
        }
        summary.resultsBytes = frames.count
        if !outcome.block.failures.isEmpty {
            var errors: [UInt8] = []
            let lines = errorLines(of: outcome.block, shard: shard)
            try encoder.appendFrame(of: lines.span.bytes, to: &errors)
            try appendPadding(decodedBytes: lines.count, compressedBytes: errors.count, with: encoder, to: &frames)
            frames += errors
        }
        summary.errorsBytes = frames.count - summary.resultsBytes
        summary.seconds.write = time.monotonicSeconds - start
        summary.finishedWallSeconds = time.wallSeconds
        return try ShardFile(frames: frames, summary: summary)
    }

    /// Errors of equal records compress better than any queue takes. Padding before them, which readers skip, keeps an
    /// errors file acceptable at every byte, so that it can always be dropped again.
    ///
    /// - Throws: `JSONLinesError` of the compressor.
    private func appendPadding(
        decodedBytes: Int,
        compressedBytes: Int,
        with encoder: ZstdEncoder,
        to frames: inout [UInt8]
    ) throws {
        let missing = decodedBytes / OutputLimits.compressionRatioMaximum - compressedBytes
        guard missing > 0 else { return }
        // Some readers (polars) know zstd by the magic number of the first frame, which must not be a skippable one.
        try encoder.appendFrame(of: [UInt8]().span.bytes, to: &frames)
        withUnsafeBytes(of: OutputLimits.paddingFrameMagic.littleEndian) { frames.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(missing).littleEndian) { frames.append(contentsOf: $0) }
        frames += [UInt8](repeating: 0, count: missing)
    }

    private func errorLines(of block: RecordBlock, shard: Int) -> [UInt8] {
        var lines: [UInt8] = []
        var writer = FailureFormatter(limits: configuration.inputLimits, part: job.part(ofShard: shard))
        for failure in block.failures.sorted(by: { $0.ordinal < $1.ordinal }) {
            writer.appendLine(of: failure, in: block, to: &lines)
        }
        return lines
    }
}

/// Numbers of the output.
enum OutputLimits {
    /// The zstd level of results: the fastest, since results compress well at any.
    static let compressionLevel = 1
    /// Decoded bytes of errors for each compressed one; half of what queues take unless told otherwise.
    static let compressionRatioMaximum = 100
    /// One of zstd's sixteen magic numbers of skippable frames; not the one whose payload readers keep.
    static let paddingFrameMagic: UInt32 = 0x184D_2A5C
}
