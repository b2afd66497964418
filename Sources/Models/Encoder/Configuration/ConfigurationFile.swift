/// One of a model's JSON files, read key by key; whatever is wrong is said with the file, the key and the value.
struct ConfigurationFile {
    /// The largest file that is read, in bytes; a model of many thousand labels has a long list of them.
    static let bytesMaximum = 16 << 20

    /// Where it is.
    let path: String

    /// Its members; those that are null count as absent.
    let members: [String: JSONValue]

    /// Reads a file.
    ///
    /// - Throws: `ModelError` where it is missing or no JSON object.
    init(_ path: String) throws(ModelError) {
        let bytes = try WholeFile.read(path, maximum: Self.bytesMaximum)
        guard let members = try JSONParser.parse(bytes, source: "'\(path)'").members else {
            throw ModelError(.corrupt, "'\(path)' holds no JSON object. Copy it again.")
        }
        self.path = path
        self.members = members.filter { $0.value != .null }
    }

    /// Reads a file that need not be there.
    ///
    /// - Returns: The file; nil where there is none.
    /// - Throws: `ModelError` where it is no JSON object.
    static func ifPresent(_ path: String) throws(ModelError) -> ConfigurationFile? {
        do throws(ModelError) {
            return try ConfigurationFile(path)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// A size.
    ///
    /// - Parameters:
    ///   - keys: Its names; the first that is there counts.
    ///   - absent: What it is where none is there.
    ///   - range: What it may be.
    /// - Returns: The size.
    /// - Throws: `ModelError` where it is no whole number or out of range.
    func size(_ keys: String..., absent: Int, in range: ClosedRange<Int>) throws(ModelError) -> Int {
        guard let key = keys.first(where: { members[$0] != nil }), let value = members[key] else { return absent }
        guard let size = value.integer else { throw wrong(key, value, "a whole number") }
        guard range.contains(size) else {
            throw ModelError(
                .corrupt,
                "'\(path)' says \(key) \(size); from \(range.lowerBound) to \(range.upperBound) is possible."
            )
        }
        return size
    }

    /// A number.
    func number(_ key: String, absent: Double) throws(ModelError) -> Double {
        switch members[key] {
        case nil: return absent
        case .integer(let value): return Double(value)
        case .number(let value): return value
        case let value?: throw wrong(key, value, "a number")
        }
    }

    /// A truth value.
    func flag(_ key: String, absent: Bool = false) throws(ModelError) -> Bool {
        switch members[key] {
        case nil: return absent
        case .boolean(let value): return value
        case let value?: throw wrong(key, value, "true or false")
        }
    }

    /// A string.
    func text(_ key: String) throws(ModelError) -> String? {
        guard let value = members[key] else { return nil }
        guard let text = value.text else { throw wrong(key, value, "a string") }
        return text
    }

    /// An error about a value.
    func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> ModelError {
        ModelError(.corrupt, "'\(path)' says \(value.kind) for \(key), which is \(expected).")
    }

    /// An error that names a thing that is not supported.
    func unsupported(_ what: String) -> ModelError {
        ModelError(.unsupported, "'\(path)' asks for \(what), which batchd cannot run.")
    }
}
