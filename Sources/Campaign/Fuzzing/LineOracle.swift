import Glibc
import JSONLines

/// Another parser's opinion of lines: simdjson, in a library that is built from `Tests/Fuzz/line-oracle.cpp` where it
/// is needed. That file says in what the two mean to differ.
///
/// Not safe to use from two threads at once.
final class LineOracle {
    /// What it says of a line.
    enum Verdict: Int32 {
        case record
        case notAnObject
        case invalidJSON
        case invalidUTF8

        /// The word that batchd has for it, nil for a record.
        var code: String? {
            switch self {
            case .record: nil
            case .notAnObject: ScanFailure.Code.notAnObject.rawValue
            case .invalidJSON: ScanFailure.Code.invalidJSONLine.rawValue
            case .invalidUTF8: ScanFailure.Code.invalidUTF8.rawValue
            }
        }
    }

    /// One wanted value.
    struct Value: Equatable {
        var kind = JSONKind.absent
        /// What it means, in the oracle's own writing: equal values have equal bytes.
        var meaning: [UInt8] = []

        /// The text, where it is a string.
        var text: ArraySlice<UInt8> { meaning.dropFirst(9) }

        /// The number, where it is one.
        var number: Double {
            Double(bitPattern: meaning.dropFirst().reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    private struct RawValue {
        var kind: UInt64 = 0
        var start: UInt64 = 0
        var count: UInt64 = 0
    }

    private typealias Dump = UnsafeMutablePointer<UnsafePointer<UInt8>?>
    private typealias Make = @convention(c) () -> UnsafeMutableRawPointer?
    private typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void
    private typealias Judge =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt64, UInt64, UInt64, UnsafePointer<CChar>?, UInt64,
            UnsafeMutableRawPointer?, Dump
        ) -> Int32
    private typealias Explain =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt64, UnsafePointer<CChar>?, Dump
        ) -> Int64

    private let context: UnsafeMutableRawPointer?
    private let free: Free
    private let judge: Judge
    private let explain: Explain
    private let keyNames: [CChar]
    private var raw: [RawValue]

    /// Makes an oracle of a library.
    ///
    /// - Parameters:
    ///   - library: The handle of the library, which is never unloaded.
    ///   - keys: The keys whose values are wanted.
    init?(library: UnsafeMutableRawPointer, keys: [String]) {
        guard let make = dlsym(library, "oracle_make"), let free = dlsym(library, "oracle_free"),
            let judge = dlsym(library, "oracle_line"), let explain = dlsym(library, "oracle_meaning")
        else { return nil }
        self.free = unsafeBitCast(free, to: Free.self)
        self.judge = unsafeBitCast(judge, to: Judge.self)
        self.explain = unsafeBitCast(explain, to: Explain.self)
        context = unsafeBitCast(make, to: Make.self)()
        keyNames = keys.flatMap { $0.utf8CString }
        raw = [RawValue](repeating: RawValue(), count: keys.count)
    }

    deinit {
        free(context)
    }

    /// Judges a line.
    ///
    /// - Parameters:
    ///   - line: The line without its end.
    ///   - limits: The limits on depth and keys.
    ///   - values: Overwritten with the wanted values where the line is a record.
    /// - Returns: The verdict.
    func judge(_ line: ArraySlice<UInt8>, limits: InputLimits, values: inout [Value]) -> Verdict {
        var dump: UnsafePointer<UInt8>?
        let wanted = UInt64(raw.count)
        let code = line.withUnsafeBufferPointer { line in
            raw.withUnsafeMutableBytes { raw in
                judge(
                    context,
                    line.baseAddress,
                    UInt64(line.count),
                    UInt64(limits.depthMaximum),
                    UInt64(limits.keysPerObjectMaximum),
                    keyNames,
                    wanted,
                    raw.baseAddress,
                    &dump
                )
            }
        }
        let verdict = Verdict(rawValue: code) ?? .invalidJSON
        if verdict == .record {
            values = raw.map { raw in
                let bytes = UnsafeBufferPointer(start: dump.map { $0 + Int(raw.start) }, count: Int(raw.count))
                return Value(
                    kind: JSONKind(rawValue: UInt8(raw.kind)) ?? .absent,
                    meaning: Array(bytes)
                )
            }
        }
        return verdict
    }

    /// What a JSON text means, nil where it is none.
    ///
    /// - Parameters:
    ///   - json: The text.
    ///   - key: A key whose members do not count.
    /// - Returns: The meaning in the oracle's own writing.
    func meaning(of json: ArraySlice<UInt8>, without key: String? = nil) -> [UInt8]? {
        var dump: UnsafePointer<UInt8>?
        let count = json.withUnsafeBufferPointer { json in
            if let key { return explain(context, json.baseAddress, UInt64(json.count), key, &dump) }
            return explain(context, json.baseAddress, UInt64(json.count), nil, &dump)
        }
        return count < 0 ? nil : Array(UnsafeBufferPointer(start: dump, count: Int(count)))
    }
}
