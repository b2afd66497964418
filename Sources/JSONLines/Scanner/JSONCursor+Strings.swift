extension JSONCursor {
    /// Passes over a string, from behind its opening quotation mark to behind the closing one.
    ///
    /// - Returns: Whether it holds escapes.
    /// - Throws: The first fault.
    @inline(__always)
    mutating func skipStringBody() throws(ScanFault) -> Bool {
        var hasEscapes = false
        while true {
            pointer = PlainText.skip(from: pointer, to: end)
            guard pointer < end else { throw fault(.unterminatedString) }
            let byte = pointer.pointee
            if byte == UInt8(ascii: "\"") {
                pointer += 1
                return hasEscapes
            } else if byte >= 0x80 {
                try skipMultibyteRun()
            } else if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                repeat { try skipEscape() } while pointer < end && pointer.pointee == UInt8(ascii: "\\")
            } else {
                throw fault(.controlCharacter)
            }
        }
    }

    @inline(__always)
    private mutating func skipMultibyteRun() throws(ScanFault) {
        repeat {
            pointer = UTF8Sequence.skipPairs(from: pointer, to: end)
            guard pointer < end, pointer.pointee >= 0x80 else { return }
            let length = UTF8Sequence.length(UTF8Sequence.word(at: pointer, end: end))
            guard length > 0 else { throw fault(.notUTF8) }
            pointer += length
        } while pointer < end && pointer.pointee >= 0x80
    }

    @inline(__always)
    private mutating func skipEscape() throws(ScanFault) {
        guard end - pointer >= 2 else { throw fault(.unterminatedString) }
        switch pointer[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            pointer += 2
        case UInt8(ascii: "u"):
            guard end - pointer >= 6 else { throw fault(.invalidEscape) }
            let digits = UnsafeRawPointer(pointer + 2).loadUnaligned(as: UInt32.self)
            guard Hexadecimal.areDigits(digits) else { throw fault(.invalidEscape) }
            pointer += 6
        default: throw fault(.invalidEscape)
        }
    }
}
