/// A job file that cannot be read, or bytes that cannot be compressed: permanent for the file, never for one record.
public struct JSONLinesError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong, as a stable word.
    public var code: Code
    /// What failed, with the numbers, and what to do next.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code, then the message.
    public var description: String { "\(code.rawValue): \(message)" }
}

extension JSONLinesError {
    /// A stable word that reports carry and operators search for.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The word itself.
        public var rawValue: String

        /// Creates a code from its word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The bytes where a frame should start are neither a zstd nor a skippable frame.
        public static let zstdBadMagic = Code(rawValue: "zstd_bad_magic")
        /// A frame's content does not match its checksum.
        public static let zstdChecksum = Code(rawValue: "zstd_checksum")
        /// The input ends inside a frame, or before the first one.
        public static let zstdTruncated = Code(rawValue: "zstd_truncated")
        /// A frame cannot be decoded.
        public static let zstdCorrupt = Code(rawValue: "zstd_corrupt")
        /// A frame holds more or fewer bytes than its header says.
        public static let zstdContentSize = Code(rawValue: "zstd_content_size")
        /// A frame needs more memory than the limit on windows allows.
        public static let zstdWindowTooLarge = Code(rawValue: "zstd_window_too_large")
        /// A frame was compressed with a dictionary.
        public static let zstdDictionary = Code(rawValue: "zstd_dictionary")
        /// libzstd could not get the memory it needs.
        public static let zstdOutOfMemory = Code(rawValue: "zstd_out_of_memory")
        /// libzstd could not compress.
        public static let zstdEncoding = Code(rawValue: "zstd_encoding")
        /// The file is longer than its limit.
        public static let compressedTooLarge = Code(rawValue: "compressed_too_large")
        /// The decoded content is longer than its limit.
        public static let decodedTooLarge = Code(rawValue: "decoded_too_large")
        /// The content is larger than the file by more than the limit allows.
        public static let ratioTooHigh = Code(rawValue: "ratio_too_high")
        /// The file has more frames than its limit, skippable ones included.
        public static let tooManyFrames = Code(rawValue: "too_many_frames")
    }
}
