/// Every limit on what an input file may hold, with its default and its unit.
public struct InputLimits: Sendable, Equatable {
    /// Bytes of the file as it lies on disk.
    public var compressedBytesMaximum = 2 << 30
    /// Bytes after decompression.
    public var decodedBytesMaximum = 20 << 30
    /// Decoded bytes for each compressed byte, once `ratioExemptBytes` are decoded.
    public var ratioMaximum = 200
    /// Decoded bytes before the ratio counts, so that small repetitive files pass.
    public var ratioExemptBytes = 1 << 20
    /// Binary logarithm of a zstd window in bytes; this is the decoder's memory.
    public var windowLogMaximum = 23
    /// zstd frames, empty and skippable ones included.
    public var framesMaximum = 100_000
    /// Bytes of one of our skippable frames that are kept, and of all of them together times 16.
    public var skippablePayloadBytesMaximum = 64 << 10
    /// Bytes of one line without its terminator.
    public var lineBytesMaximum = 1 << 20
    /// Bytes that are kept of a line beyond `lineBytesMaximum`.
    public var overlongLineKeptBytes = 4 << 10
    /// Objects and arrays inside one another in one line; at most 512, because each takes a stack frame.
    public var depthMaximum = 64
    /// Members of one object, duplicates included.
    public var keysPerObjectMaximum = 10_000

    /// Creates the default limits.
    public init() {}

    /// The limits for cutting lines that may be of an errors file: such a line holds its record's line escaped, and a
    /// key more.
    public var forReplay: InputLimits {
        var limits = self
        limits.lineBytesMaximum = lineBytesMaximum * 6 + (64 << 10)
        limits.keysPerObjectMaximum += 1
        return limits
    }
}
