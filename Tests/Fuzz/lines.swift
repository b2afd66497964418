import Glibc
import JSONLines

// A line, as the scanner, another parser and the writer of error lines see it.

private nonisolated(unsafe) let comparisons: [LineComparison] = {
    guard let path = getenv("FUZZ_ORACLE"), let library = dlopen(path, RTLD_NOW | RTLD_LOCAL),
        let oracle = LineOracle(library: library, keys: LineComparison.keys)
    else { fatalError("FUZZ_ORACLE names no library; run scripts/fuzz.sh") }
    var low = InputLimits()
    low.depthMaximum = 6
    low.keysPerObjectMaximum = 8
    return [InputLimits(), low].map { LineComparison(oracle: oracle, limits: $0) }
}()

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // Exactly as many bytes as the line has, so that reading behind it is seen.
    let line = Array(UnsafeBufferPointer(start: bytes, count: count))
    if line.contains(UInt8(ascii: "\n")) { return -1 }
    for comparison in comparisons {
        let violations = comparison.violations(of: line[...])
        if !violations.isEmpty { fatalError("\(violations)") }
    }
    return 0
}
