/// 128 bits that stand for a text and how it is read, under a secret key.
///
/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, https://www.aumasson.jp/siphash/siphash.pdf) is a
/// pseudorandom function: whoever does not know the key can do no better than guess which texts collide, however the
/// texts are chosen. Among 10⁷ texts of one key two collide with a probability of about 10⁻²⁵.
public struct TextDigest: Sendable, Hashable {
    /// The first eight bytes of the output, little-endian.
    public var low: UInt64
    /// The last eight bytes.
    public var high: UInt64

    /// Creates a digest of known bits.
    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Computes a digest of bytes that are preceded by eight more.
    ///
    /// - Parameters:
    ///   - prefix: The first eight bytes of the message, little-endian.
    ///   - bytes: The rest of it.
    ///   - key: The secret.
    public init(prefix: UInt64, bytes: Span<UInt8>, key: DigestKey) {
        var state = SipState(key)
        state.absorb(prefix)
        let raw = bytes.bytes
        var offset = 0
        while offset + 8 <= raw.byteCount {
            state.absorb(UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var last = UInt64(truncatingIfNeeded: raw.byteCount + 8) << 56
        for index in offset..<raw.byteCount { last |= UInt64(bytes[index]) << UInt64(8 * (index - offset)) }
        state.absorb(last)
        self = state.digest()
    }

    /// Computes the digest of a record's text, its pair where it has one, and what happens to it if it is long.
    ///
    /// - Parameters:
    ///   - texts: The text, directly followed by its pair.
    ///   - textBytes: The length of the text alone.
    ///   - hasPair: Whether there is a pair, which may be empty.
    ///   - onLong: What happens to a text over the model's limit.
    ///   - key: The secret.
    public init(texts: Span<UInt8>, textBytes: Int, hasPair: Bool, onLong: LongTextPolicy, key: DigestKey) {
        let reading: UInt64 =
            switch onLong {
            case .truncate: 0
            case .error: 1
            case .window: 2
            }
        // The length tells a text and its pair from another division of the same bytes.
        let prefix = UInt64(textBytes) << 8 | (hasPair ? 0x80 : 0) | reading
        self.init(prefix: prefix, bytes: texts, key: key)
    }
}

/// The secret of the digests of one job, or of one store of answers.
public struct DigestKey: Sendable, Equatable {
    /// The first eight bytes, little-endian.
    public var first: UInt64
    /// The last eight bytes.
    public var second: UInt64

    /// Creates a known key.
    public init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// Draws a key.
    public init(using random: inout some RandomNumberGenerator) {
        first = random.next()
        second = random.next()
    }

    /// A key from the system's random numbers, which nobody can foretell.
    public static func secret() -> DigestKey {
        var random = SystemRandomNumberGenerator()
        return DigestKey(using: &random)
    }
}

/// The state of SipHash-2-4 with 128 bits of output.
private struct SipState {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    @inline(__always)
    init(_ key: DigestKey) {
        v0 = key.first ^ 0x736F_6D65_7073_6575
        v1 = key.second ^ 0x646F_7261_6E64_6F6D ^ 0xEE
        v2 = key.first ^ 0x6C79_6765_6E65_7261
        v3 = key.second ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    @inline(__always)
    mutating func digest() -> TextDigest {
        v2 ^= 0xEE
        for _ in 0..<4 { round() }
        let low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xDD
        for _ in 0..<4 { round() }
        return TextDigest(low: low, high: v0 ^ v1 ^ v2 ^ v3)
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v2 &+= v3
        v1 = Self.rotated(v1, 13) ^ v0
        v3 = Self.rotated(v3, 16) ^ v2
        v0 = Self.rotated(v0, 32)
        v2 &+= v1
        v0 &+= v3
        v1 = Self.rotated(v1, 17) ^ v2
        v3 = Self.rotated(v3, 21) ^ v0
        v2 = Self.rotated(v2, 32)
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value &<< bits | value &>> (64 &- bits)
    }
}
