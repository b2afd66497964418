/// Turns texts into the bucket numbers of their n-grams; one thread's, with scratch that is used again.
///
/// The same text gives the same numbers on every machine. After the first long text nothing is allocated.
public final class NGramHasher {
    /// The most code points of one text that are read, which bounds memory: the rest of a longer text is not seen.
    public static let codePointsMaximum = 65_536

    /// What is hashed.
    public let features: NGramFeatures

    private var scratch: HashingScratch

    /// Creates a hasher.
    ///
    /// - Parameter features: What is hashed.
    /// - Precondition: `features.problem == nil`.
    public init(features: NGramFeatures) {
        precondition(features.problem == nil, features.problem ?? "")
        self.features = features
        scratch = HashingScratch(features: features)
    }

    deinit {
        scratch.deallocate()
    }

    /// Appends the bucket numbers of one text.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8; what follows the first `codePointsMaximum` code points is not seen.
    ///   - ids: Receives the numbers, each below `features.buckets`.
    /// - Returns: What was found out about the text's length.
    public func encode(_ text: Span<UInt8>, into ids: inout [UInt32]) -> HashedText {
        withScratch(for: text) { scratch, bytes in
            let isComplete = scratch.decode(bytes, maximum: Self.codePointsMaximum)
            scratch.cutIntoPieces()
            scratch.hashPieces()
            if features.distinct {
                scratch.removeRepeated()
            }
            ids.append(contentsOf: scratch.hashed)
            return HashedText(tokens: scratch.countedTokens, truncated: !isComplete)
        }
    }

    @inline(__always)
    func withScratch<Result>(
        for text: Span<UInt8>,
        _ body: (inout HashingScratch, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        scratch.reserve(codePoints: min(text.count, Self.codePointsMaximum))
        // A copy of the handle, not of its memory: what is local and inlined stays in registers.
        var scratch = scratch
        return text.withUnsafeBufferPointer { body(&scratch, $0) }
    }
}

/// What hashing found out about a text's length.
public struct HashedText: Sendable, Equatable {
    /// Words and single CJK characters.
    public let tokens: Int

    /// Whether only the beginning of the text was read.
    public let truncated: Bool
}
