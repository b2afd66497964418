import JSONLines

// A file, zstd or plain by its first byte, read in pieces: the lines are those of the plain bytes.

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard let flags = input.first else { return 0 }
    let file = Array(input.dropFirst())
    let compression = flags & 1 == 0 ? Compression.zstd : .none
    var limits = InputLimits()
    limits.lineBytesMaximum = flags & 2 == 0 ? 16 : 1 << 20
    limits.overlongLineKeptBytes = 8
    limits.decodedBytesMaximum = 1 << 20
    limits.windowLogMaximum = 20
    guard let stream = try? LineReference.decoded(file, compression, limits: limits) else {
        let found = try? LineReference.read(file, compression, limits: limits, seed: UInt64(flags))
        precondition(found == nil, "A file that cannot be decoded was read.")
        return 0
    }
    let expected = LineReference.lines(of: stream, limits: limits)
    guard let found = try? LineReference.read(file, compression, limits: limits, seed: UInt64(flags)) else {
        fatalError("A file that can be decoded cannot be read.")
    }
    let violations = LineReference.violations(of: found, expected: expected, limits: limits)
    if !violations.isEmpty { fatalError("\(violations)") }
    return 0
}
