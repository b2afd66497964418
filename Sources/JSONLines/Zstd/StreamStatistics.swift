/// What a `DecodedStream` has seen so far; final once it has returned 0.
public struct StreamStatistics: Sendable, Equatable {
    /// Bytes taken from the source.
    public var compressedBytes = 0
    /// Bytes handed out.
    public var decodedBytes = 0
    /// zstd frames begun, empty and skippable ones included; 0 for plain input.
    public var frames = 0
    /// Whether every frame with content carries a checksum; true where there is none, false for plain input with bytes.
    public var everyFrameHasChecksum = true
    /// The payloads of our own skippable frames, in file order.
    public var skippablePayloads: [[UInt8]] = []
    /// Our own skippable frames whose payload was dropped because it, or their sum, was over the limit.
    public var droppedSkippablePayloads = 0
}
