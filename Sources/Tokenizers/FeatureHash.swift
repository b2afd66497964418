/// The arithmetic of feature hashing, fixed for ever by the models that were trained with it.
///
/// A sequence is hashed as a polynomial in an odd 64-bit number, so that an n-gram's hash is the difference of two
/// prefixes; `mix` breaks the linearity before the upper half is scaled to the number of buckets.
enum FeatureHash {
    /// The base of the polynomial over characters.
    static let characterBase: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The base of the polynomial over pieces.
    static let pieceBase: UInt64 = 0xD6E8_FEB8_6659_FD93

    /// Spreads every input bit over the upper half.
    @inline(__always)
    static func mix(_ hash: UInt64) -> UInt64 {
        (hash ^ (hash >> 32)) &* 0xFF51_AFD7_ED55_8CCD
    }

    /// As `mix`, with all bits spread, for a value that is hashed further.
    @inline(__always)
    static func mixTwice(_ hash: UInt64) -> UInt64 {
        let once = mix(hash)
        return (once ^ (once >> 29)) &* 0xC4CE_B9FE_1A85_EC53
    }

    /// Scales the upper half of a mixed hash to `0..<buckets`.
    @inline(__always)
    static func bucket(_ mixed: UInt64, of buckets: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: ((mixed >> 32) &* buckets) >> 32)
    }
}
