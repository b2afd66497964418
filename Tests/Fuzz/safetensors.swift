import Glibc

// A safetensors file: refused in words, or every tensor can be read and they fill the file.

/// A file without a name; the reader gets it by a path, as it gets others.
private let descriptor = fileno(tmpfile())

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    precondition(ftruncate(descriptor, count) == 0 && pwrite(descriptor, bytes, count, 0) == count)
    guard let file = try? SafetensorsFile("/proc/self/fd/\(descriptor)") else { return 0 }
    var total = 0
    for entry in file.entries.values {
        precondition(entry.range.lowerBound >= 8 && entry.range.upperBound <= count, "A tensor lies outside.")
        let (elements, overflow) = entry.shape.reduce((1, false)) { product, size in
            let next = product.0.multipliedReportingOverflow(by: size)
            return (next.partialValue, product.1 || next.overflow)
        }
        precondition(!overflow && elements == entry.elementCount, "A tensor has another shape.")
        total += entry.range.count
        if [TensorElement.float32, .float16, .bfloat16].contains(entry.element) {
            guard let values = try? file.values(of: entry) else { fatalError("A tensor cannot be read.") }
            precondition(values.count == elements, "A tensor has another number of values.")
        }
    }
    precondition(total <= count - 8, "Tensors overlap.")
    return 0
}
