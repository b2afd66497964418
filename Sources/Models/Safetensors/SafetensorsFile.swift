/// One safetensors file, open for reading; its tensors are read when they are asked for.
public final class SafetensorsFile: Sendable {
    /// Where it is.
    public let path: String

    /// Its name in its directory.
    public var name: String { String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]) }

    /// Its tensors by name.
    public let entries: [String: TensorEntry]

    /// The file that the tensors lie in.
    let file: ReadableFile

    /// Numbers that are widened at a time; half of a usual L2 cache holds them in both forms.
    private static let chunkElements = 1 << 14

    /// Opens a file and reads its header.
    ///
    /// - Parameter path: The file; a symbolic link is followed.
    /// - Throws: `ModelError` that names the file, the tensor and the numbers that are wrong.
    public init(_ path: String) throws(ModelError) {
        file = try ReadableFile(path)
        self.path = path
        entries = try SafetensorsHeader(reading: file).entries
    }

    /// Reads a tensor, or a part of one, as float32.
    ///
    /// - Parameters:
    ///   - entry: One of this file's tensors, of F32, F16 or BF16.
    ///   - part: Which of its elements, which it has; nil for all.
    /// - Returns: The elements, row-major.
    /// - Throws: `ModelError` where its elements are of another kind, or the file was cut since it was opened.
    func values(of entry: TensorEntry, _ part: Range<Int>? = nil) throws(ModelError) -> [Float] {
        guard [.float32, .float16, .bfloat16].contains(entry.element) else {
            throw ModelError(
                .corrupt,
                "Tensor '\(entry.name)' is of dtype \(entry.element.rawValue) in '\(path)'; weights are F32, F16 or "
                    + "BF16. Convert the model to one of these."
            )
        }
        let part = part ?? 0..<entry.elementCount
        precondition(part.lowerBound >= 0 && part.upperBound <= entry.elementCount, "the elements are the tensor's")
        let begin = entry.range.lowerBound + part.lowerBound * entry.element.byteCount
        var failure: ModelError?
        let values = [Float](unsafeUninitializedCapacity: part.count) { buffer, filled in
            do throws(ModelError) {
                let target = UnsafeMutableBufferPointer(rebasing: buffer[..<part.count])
                try fill(target, with: entry.element, at: begin)
                filled = part.count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return values
    }

    private func fill(
        _ target: UnsafeMutableBufferPointer<Float>,
        with element: TensorElement,
        at offset: Int
    ) throws(ModelError) {
        guard element != .float32 else {
            return try file.read(into: UnsafeMutableRawBufferPointer(target), at: offset)
        }
        let halves = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: Self.chunkElements)
        defer { halves.deallocate() }
        var begin = 0
        while begin < target.count {
            let end = min(begin + Self.chunkElements, target.count)
            let chunk = UnsafeMutableBufferPointer(rebasing: halves[..<(end - begin)])
            try file.read(into: UnsafeMutableRawBufferPointer(chunk), at: offset + begin * 2)
            let part = UnsafeMutableBufferPointer(rebasing: target[begin..<end])
            if element == .bfloat16 {
                HalfPrecision.widen(bfloat16: UnsafeBufferPointer(chunk), into: part)
            } else {
                HalfPrecision.widen(float16: UnsafeBufferPointer(chunk), into: part)
            }
            begin = end
        }
    }
}
