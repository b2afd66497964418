/// The header of a safetensors file: what tensors there are and where they lie.
///
/// Source: https://huggingface.co/docs/safetensors/index#format. The rules are those of the format's own reader:
/// tensors lie end to end, with no gaps, and nothing follows the last.
struct SafetensorsHeader {
    /// The longest header that is read; the format's own limit.
    static let headerBytesMaximum = 100_000_000
    /// The longest name that is read.
    static let nameBytesMaximum = 4096
    /// The most dimensions a tensor may have.
    static let dimensionsMaximum = 16

    /// The bytes before the header that hold its length.
    private static let prefixBytes = 8
    private static let metadataName = "__metadata__"

    /// The tensors by name.
    let entries: [String: TensorEntry]

    private let path: String

    /// Reads the header of a file.
    ///
    /// - Throws: `ModelError` that names the file, the tensor and the numbers that are wrong.
    init(reading file: ReadableFile) throws(ModelError) {
        path = file.path
        let headerBytes = try Self.headerBytes(of: file)
        let json = try file.bytes(headerBytes, at: Self.prefixBytes)
        let source = "The header of '\(file.path)'"
        guard let members = try JSONParser.parse(json, source: source).members else {
            throw ModelError(.corrupt, "\(source) is no JSON object. Copy it again.")
        }
        let dataBegin = Self.prefixBytes + headerBytes
        var entries: [String: TensorEntry] = [:]
        for (name, value) in members where name != Self.metadataName {
            let entry = EntryReader(path: file.path, name: name, dataBegin: dataBegin, fileBytes: file.byteCount)
            entries[name] = try entry.read(value)
        }
        self.entries = entries
        try checkLayout(dataBegin..<file.byteCount)
    }

    private static func headerBytes(of file: ReadableFile) throws(ModelError) -> Int {
        guard file.byteCount >= prefixBytes else {
            throw corrupt(file.path, "it has \(file.byteCount) bytes, and the length of its header alone takes 8")
        }
        let prefix = try file.bytes(prefixBytes, at: 0)
        let count = prefix.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64($1.offset * 8) }
        guard count <= UInt64(headerBytesMaximum) else {
            throw corrupt(file.path, "its header claims \(count) bytes; at most \(headerBytesMaximum) are read")
        }
        guard Int(count) <= file.byteCount - prefixBytes else {
            throw corrupt(
                file.path,
                "its header claims \(count) bytes, and the file has \(file.byteCount - prefixBytes) after the length"
            )
        }
        return Int(count)
    }

    // Both overlaps and gaps would let a file hold more, or something else, than its names say.
    private func checkLayout(_ data: Range<Int>) throws(ModelError) {
        var end = data.lowerBound
        var last = "the header"
        for entry in entries.values.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard entry.range.lowerBound >= end else {
                throw Self.corrupt(
                    path,
                    "tensor '\(entry.name)' begins at byte \(entry.range.lowerBound), and \(last) before it ends at "
                        + "byte \(end): they overlap"
                )
            }
            guard entry.range.lowerBound == end else {
                throw Self.corrupt(
                    path,
                    "tensor '\(entry.name)' begins at byte \(entry.range.lowerBound), and \(last) before it ends at "
                        + "byte \(end): what is between belongs to nothing"
                )
            }
            end = entry.range.upperBound
            last = "tensor '\(entry.name)'"
        }
        guard end == data.upperBound else {
            throw Self.corrupt(path, "\(last) ends at byte \(end), and the file at byte \(data.upperBound)")
        }
    }

    fileprivate static func corrupt(_ path: String, _ what: String) -> ModelError {
        ModelError(.corrupt, "'\(path)' cannot be used: \(what). Copy it again.")
    }
}

/// Reads what a header says of one tensor.
private struct EntryReader {
    let path: String
    let name: String
    let dataBegin: Int
    let fileBytes: Int

    func read(_ value: JSONValue) throws(ModelError) -> TensorEntry {
        guard name.utf8.count <= SafetensorsHeader.nameBytesMaximum else {
            throw SafetensorsHeader.corrupt(
                path,
                "a tensor has a name of \(name.utf8.count) bytes; at most \(SafetensorsHeader.nameBytesMaximum) are read"
            )
        }
        guard let members = value.members else { throw corrupt("is \(value.kind) in the header, not an object") }
        let element = try element(members["dtype"])
        let shape = try shape(members["shape"])
        let range = try range(members["data_offsets"])
        let bytes = try byteCount(shape, element)
        guard bytes == range.count else {
            throw corrupt(
                "is \(shape) of \(element.rawValue), which is \(bytes) bytes, and its offsets enclose \(range.count)"
            )
        }
        return TensorEntry(name: name, element: element, shape: shape, range: range)
    }

    private func corrupt(_ what: String) -> ModelError {
        SafetensorsHeader.corrupt(path, "tensor '\(name)' \(what)")
    }

    private func element(_ value: JSONValue?) throws(ModelError) -> TensorElement {
        guard let name = value?.text else { throw corrupt("has no dtype") }
        guard let element = TensorElement(rawValue: name) else { throw corrupt("is of the unknown dtype '\(name)'") }
        return element
    }

    private func shape(_ value: JSONValue?) throws(ModelError) -> [Int] {
        guard let elements = value?.elements, elements.count <= SafetensorsHeader.dimensionsMaximum else {
            throw corrupt("has no shape of at most \(SafetensorsHeader.dimensionsMaximum) dimensions")
        }
        var shape: [Int] = []
        for element in elements {
            guard let size = element.integer, size >= 0 else { throw corrupt("has a shape that is not of sizes") }
            shape.append(size)
        }
        return shape
    }

    private func range(_ value: JSONValue?) throws(ModelError) -> Range<Int> {
        guard let elements = value?.elements, elements.count == 2,
            let begin = elements[0].integer, let end = elements[1].integer
        else { throw corrupt("has no two data_offsets") }
        guard begin >= 0, begin <= end, end <= fileBytes - dataBegin else {
            throw corrupt(
                "lies at bytes \(begin) to \(end) of the data, and the file holds \(fileBytes - dataBegin) bytes of data"
            )
        }
        return (dataBegin + begin)..<(dataBegin + end)
    }

    private func byteCount(_ shape: [Int], _ element: TensorElement) throws(ModelError) -> Int {
        var count = element.byteCount
        for size in shape {
            let product = count.multipliedReportingOverflow(by: size)
            guard !product.overflow else { throw corrupt("is \(shape), which is more than a machine can address") }
            count = product.partialValue
        }
        return count
    }
}
