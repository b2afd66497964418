/// Walks once through a JSON text (RFC 8259) and checks it strictly.
///
/// The pointers stay inside the line: every step forward follows a comparison with `end`.
struct JSONCursor {
    let base: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var pointer: UnsafePointer<UInt8>
    let depthMaximum: Int
    let keysMaximum: Int

    init(base: UnsafePointer<UInt8>, count: Int, depthMaximum: Int, keysMaximum: Int) {
        self.base = base
        end = base + count
        pointer = base
        self.depthMaximum = depthMaximum
        self.keysMaximum = keysMaximum
    }

    /// The position in bytes from the line's start.
    @inline(__always)
    var offset: Int { pointer - base }

    @inline(__always)
    func fault(_ reason: ScanFault.Reason) -> ScanFault {
        ScanFault(reason: reason, offset: offset)
    }

    /// Passes over white space.
    @inline(__always)
    mutating func skipWhiteSpace() {
        while pointer < end, pointer.pointee <= 0x20 {
            let byte = pointer.pointee
            guard byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A else { return }
            pointer += 1
        }
    }

    /// Passes over one byte where it is the next.
    @inline(__always)
    mutating func consume(_ byte: UInt8) -> Bool {
        guard pointer < end, pointer.pointee == byte else { return false }
        pointer += 1
        return true
    }

    /// Passes over the value at the pointer.
    ///
    /// - Parameter depth: The objects and arrays around it.
    /// - Returns: The value's kind, and for a string whether it holds escapes.
    /// - Throws: The first fault.
    @inline(__always)
    mutating func skipValue(depth: Int) throws(ScanFault) -> (kind: JSONKind, hasEscapes: Bool) {
        guard pointer < end else { throw fault(.unexpectedEnd) }
        switch pointer.pointee {
        case UInt8(ascii: "\""):
            pointer += 1
            return (.string, try skipStringBody())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try skipNumber()
            return (.number, false)
        case UInt8(ascii: "{"):
            try skipObject(depth: depth + 1)
            return (.object, false)
        case UInt8(ascii: "["):
            try skipArray(depth: depth + 1)
            return (.array, false)
        default:
            return (try skipLiteral(), false)
        }
    }

    private mutating func skipLiteral() throws(ScanFault) -> JSONKind {
        switch pointer.pointee {
        case UInt8(ascii: "t") where startsWith("true"):
            pointer += 4
            return .true
        case UInt8(ascii: "f") where startsWith("false"):
            pointer += 5
            return .false
        case UInt8(ascii: "n") where startsWith("null"):
            pointer += 4
            return .null
        default: throw fault(.unexpectedByte)
        }
    }

    private func startsWith(_ literal: StaticString) -> Bool {
        guard end - pointer >= literal.utf8CodeUnitCount else { return false }
        for index in 0..<literal.utf8CodeUnitCount where pointer[index] != literal.utf8Start[index] { return false }
        return true
    }

    private mutating func skipObject(depth: Int) throws(ScanFault) {
        guard depth <= depthMaximum else { throw fault(.tooDeep) }
        pointer += 1
        skipWhiteSpace()
        if consume(UInt8(ascii: "}")) { return }
        var keys = 0
        while true {
            keys += 1
            guard keys <= keysMaximum else { throw fault(.tooManyKeys) }
            guard consume(UInt8(ascii: "\"")) else { throw fault(.expectedKey) }
            _ = try skipStringBody()
            try skipColon()
            _ = try skipValue(depth: depth)
            if try !skipComma(closing: UInt8(ascii: "}"), otherwise: .expectedCommaOrBrace) { return }
        }
    }

    private mutating func skipArray(depth: Int) throws(ScanFault) {
        guard depth <= depthMaximum else { throw fault(.tooDeep) }
        pointer += 1
        skipWhiteSpace()
        if consume(UInt8(ascii: "]")) { return }
        while true {
            _ = try skipValue(depth: depth)
            if try !skipComma(closing: UInt8(ascii: "]"), otherwise: .expectedCommaOrBracket) { return }
        }
    }

    /// Passes over a colon and the white space around it.
    @inline(__always)
    mutating func skipColon() throws(ScanFault) {
        skipWhiteSpace()
        guard consume(UInt8(ascii: ":")) else { throw fault(.expectedColon) }
        skipWhiteSpace()
    }

    /// Passes over a comma, or over what closes the object or array; true where more must follow.
    @inline(__always)
    mutating func skipComma(closing: UInt8, otherwise reason: ScanFault.Reason) throws(ScanFault) -> Bool {
        skipWhiteSpace()
        if consume(UInt8(ascii: ",")) {
            skipWhiteSpace()
            return true
        }
        guard consume(closing) else { throw fault(reason) }
        return false
    }

    // MARK: Numbers

    @inline(__always)
    private mutating func skipDigits() -> Bool {
        let start = pointer
        while pointer < end, pointer.pointee &- UInt8(ascii: "0") < 10 { pointer += 1 }
        return pointer > start
    }

    @inline(__always)
    private mutating func skipNumber() throws(ScanFault) {
        _ = consume(UInt8(ascii: "-"))
        if consume(UInt8(ascii: "0")) {
            if pointer < end, pointer.pointee &- UInt8(ascii: "0") < 10 { throw fault(.invalidNumber) }
        } else if !skipDigits() {
            throw fault(.invalidNumber)
        }
        if consume(UInt8(ascii: ".")), !skipDigits() { throw fault(.invalidNumber) }
        guard pointer < end, pointer.pointee | 0x20 == UInt8(ascii: "e") else { return }
        pointer += 1
        if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
        if !skipDigits() { throw fault(.invalidNumber) }
    }
}
