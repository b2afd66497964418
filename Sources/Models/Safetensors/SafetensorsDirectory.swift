/// The weights of a model's directory: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
public struct SafetensorsDirectory: Sendable {
    /// The name of the only weights file.
    public static let fileName = "model.safetensors"
    /// The name of the file that says which shard holds which tensor.
    public static let indexFileName = "model.safetensors.index.json"

    /// The longest index that is read, in bytes.
    static let indexBytesMaximum = 32 << 20
    /// The most shards a model may have.
    static let shardsMaximum = 1024

    /// The directory.
    public let path: String

    /// The weight files, in the order of their names.
    public let files: [SafetensorsFile]

    private let places: [String: Int]

    /// Opens the weights of a directory and reads their headers.
    ///
    /// - Throws: `ModelError` that names the file, the tensor and the numbers that are wrong.
    public init(_ path: String) throws(ModelError) {
        self.path = path
        var index: [String: String]?
        var files: [SafetensorsFile] = []
        do throws(ModelError) {
            files = [try SafetensorsFile("\(path)/\(Self.fileName)")]
        } catch {
            guard error.code == .notFound else { throw error }
            let shards = try Self.index(path)
            files = try Self.open(Set(shards.values).sorted(), in: path)
            index = shards
        }
        self.files = files
        places = try Self.places(of: files)
        if let index { try check(index) }
    }

    /// The names of all tensors.
    public var names: Dictionary<String, Int>.Keys { places.keys }

    /// How many bytes all weight files have together.
    public var byteCount: Int { files.reduce(0) { $0 + $1.file.byteCount } }

    /// What is known of a tensor.
    ///
    /// - Returns: Its entry and the path of its file; nil where there is none of that name.
    public func entry(_ name: String) -> (entry: TensorEntry, path: String)? {
        guard let place = places[name], let entry = files[place].entries[name] else { return nil }
        return (entry, files[place].path)
    }

    /// Reads a tensor, or a part of one, as float32; nothing of it is kept.
    ///
    /// - Parameters:
    ///   - name: The tensor's name.
    ///   - part: Which of its elements, which it has; nil for all.
    /// - Returns: The elements, row-major.
    /// - Throws: `ModelError` where there is no such tensor, or it cannot be read.
    func values(of name: String, _ part: Range<Int>? = nil) throws(ModelError) -> [Float] {
        guard let place = places[name], let entry = files[place].entries[name] else {
            throw ModelError(.corrupt, "There is no tensor '\(name)' in '\(path)'.")
        }
        return try files[place].values(of: entry, part)
    }
}

// MARK: - Shards

extension SafetensorsDirectory {
    private static func index(_ path: String) throws(ModelError) -> [String: String] {
        let file = "\(path)/\(indexFileName)"
        let bytes: [UInt8]
        do throws(ModelError) {
            bytes = try WholeFile.read(file, maximum: indexBytesMaximum)
        } catch {
            guard error.code == .notFound else { throw error }
            throw ModelError(
                .notFound,
                "'\(path)' has neither \(fileName) nor \(indexFileName). Weights in other formats (pytorch_model.bin) "
                    + "are not read; save the model with safe_serialization."
            )
        }
        guard let map = try JSONParser.parse(bytes, source: "'\(file)'").members?["weight_map"]?.members, !map.isEmpty
        else { throw ModelError(.corrupt, "'\(file)' has no weight_map that names a shard for every tensor.") }
        var index: [String: String] = [:]
        for (tensor, value) in map {
            index[tensor] = try shardName(value, tensor: tensor, file: file)
        }
        return index
    }

    // A shard lies beside its index: a name that leads anywhere else would read what the model's sender does not own.
    private static func shardName(
        _ value: JSONValue,
        tensor: String,
        file: String
    ) throws(ModelError) -> String {
        guard let name = value.text, !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0),
            name.hasSuffix(".safetensors"), !name.hasPrefix("."), name.utf8.count <= 255
        else {
            throw ModelError(
                .corrupt,
                "'\(file)' puts tensor '\(tensor)' into \(value.text.map { "'\($0)'" } ?? value.kind), which is no name "
                    + "of a safetensors file in the same directory."
            )
        }
        return name
    }

    private static func open(_ names: [String], in path: String) throws(ModelError) -> [SafetensorsFile] {
        guard names.count <= shardsMaximum else {
            throw ModelError(
                .corrupt,
                "'\(path)/\(indexFileName)' names \(names.count) shards; at most \(shardsMaximum) are read."
            )
        }
        var files: [SafetensorsFile] = []
        for name in names { files.append(try SafetensorsFile("\(path)/\(name)")) }
        return files
    }

    private static func places(of files: [SafetensorsFile]) throws(ModelError) -> [String: Int] {
        var places: [String: Int] = [:]
        for (place, file) in files.enumerated() {
            for name in file.entries.keys {
                guard let other = places.updateValue(place, forKey: name) else { continue }
                throw ModelError(
                    .corrupt,
                    "Tensor '\(name)' is in '\(files[other].path)' and again in '\(file.path)'. Copy the model again."
                )
            }
        }
        return places
    }

    private func check(_ index: [String: String]) throws(ModelError) {
        for (tensor, shard) in index.sorted(by: { $0.key < $1.key }) {
            let expected = "\(path)/\(shard)"
            guard let found = entry(tensor)?.path, found == expected else {
                throw ModelError(
                    .corrupt,
                    "'\(path)/\(Self.indexFileName)' puts tensor '\(tensor)' into '\(shard)', which does not hold it. "
                        + "Copy the model again."
                )
            }
        }
    }
}
