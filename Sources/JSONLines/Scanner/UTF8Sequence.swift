/// Checks UTF-8 by the table of well-formed sequences (Unicode standard, table 3-7).
enum UTF8Sequence {
    /// The length of the well-formed multi-byte sequence at the start of four little-endian bytes, 0 if there is none.
    @inline(__always)
    static func length(_ word: UInt32) -> Int {
        if word & 0x00C0_C0F0 == 0x0080_80E0 {
            // A second byte below A0 after E0 is overlong, one from A0 after ED a surrogate.
            let bits = word & 0x200F
            return bits != 0 && bits != 0x200D ? 3 : 0
        }
        if word & 0xC0E0 == 0x80C0 { return word & 0x1E != 0 ? 2 : 0 }
        if word & 0xC0C0_C0F8 == 0x8080_80F0 {
            // After F0 the second byte starts at 90, after F4 it ends at 8F.
            let lead = word & 0x07
            let second = word & 0x3000
            return (lead == 0 ? second != 0 : lead < 4 || (lead == 4 && second == 0)) ? 4 : 0
        }
        return 0
    }

    /// Passes over three-byte sequences, two at a time, as long as both are well-formed.
    @inline(__always)
    static func skipPairs(
        from start: UnsafePointer<UInt8>,
        to end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var pointer = start
        while end - pointer >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
            guard word & 0x0000_C0C0_F0C0_C0F0 == 0x0000_8080_E080_80E0 else { break }
            // As in `length`, neither 0 nor 200D: an addition of 7FFF carries into bit 15 of every lane but 0.
            let bits = word & 0x0000_0020_0F00_200F
            let carry: UInt64 = 0x0000_007F_FF00_7FFF
            let both = (bits + carry) & ((bits ^ 0x0000_0020_0D00_200D) + carry)
            guard both & 0x0000_0080_0000_8000 == 0x0000_0080_0000_8000 else { break }
            pointer += 6
        }
        return pointer
    }

    /// Up to four bytes, little-endian, zero beyond the end; zero is no continuation byte.
    @inline(__always)
    static func word(at pointer: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> UInt32 {
        if end - pointer >= 4 {
            return UInt32(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt32.self))
        }
        var word: UInt32 = 0
        for index in 0..<(end - pointer) { word |= UInt32(pointer[index]) << UInt32(8 * index) }
        return word
    }

    /// The offset of the first byte that belongs to no well-formed sequence.
    static func firstInvalidOffset(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        let end = base + bytes.count
        var pointer = base
        while pointer < end {
            if end - pointer >= 8,
                UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                pointer += 8
            } else if pointer.pointee < 0x80 {
                pointer += 1
            } else {
                let length = length(word(at: pointer, end: end))
                if length == 0 { return pointer - base }
                pointer += length
            }
        }
        return nil
    }
}
