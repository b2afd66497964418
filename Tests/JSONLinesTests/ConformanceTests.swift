import Foundation
import JSONLines
import Testing

private let conformanceFolder = ProcessInfo.processInfo.environment["BATCHD_CONFORMANCE"]

/// Public suites, unpacked by scripts/conformance-jsonlines.sh; they are not part of this repository.
@Suite(.enabled(if: conformanceFolder != nil, "BATCHD_CONFORMANCE names no folder"))
struct ConformanceTests {
    private func files(_ folder: String, prefix: String = "", suffix: String = "") throws -> [(String, [UInt8])] {
        let root = URL(filePath: conformanceFolder ?? "").appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path()).sorted()
        let wanted = names.filter { name in
            let last = String(name.split(separator: "/").last ?? "")
            var isDirectory: ObjCBool = false
            let path = root.appending(path: name).path()
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            return exists && !isDirectory.boolValue && last.hasPrefix(prefix) && last.hasSuffix(suffix)
        }
        try #require(!wanted.isEmpty)
        return try wanted.map { ($0, Array(try Data(contentsOf: root.appending(path: $0)))) }
    }

    private func onOneLine(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
    }

    /// Reads bytes as a file of one line and scans it; nil for a blank line.
    private func scanFile(_ bytes: [UInt8]) throws -> (failure: ScanFailure?, line: [UInt8])? {
        let reader = LineReader(try DecodedStream(.none, source: source(bytes)))
        guard let block = try reader.nextBlock(maximumRecords: 10, maximumBytes: .max) else { return nil }
        try #require(block.lines.count == 1)
        let line = Array(block.bytes(of: block.lines[0]))
        return (scan(line).failure, line)
    }

    /// Whether the error line of a line that failed gives it back byte for byte.
    private func survives(_ line: [UInt8], _ failure: ScanFailure) -> Bool {
        var errorLine = ErrorLine()
        var written: [UInt8] = []
        let error = RecordError(
            code: failure.code.rawValue,
            message: failure.reason,
            line: 1,
            byteOffset: 0,
            attempts: 0
        )
        errorLine.append(error, original: line.span.bytes, to: &written)
        let (again, record) = scan(written, keys: ErrorLine.keys, limits: InputLimits().forReplay)
        var original: [UInt8] = []
        let isWrapped = ErrorLine.appendOriginal(
            of: written.span.bytes,
            error: record[0],
            raw: record[1],
            rawBase64: record[2],
            to: &original
        )
        let isBase64 = record[2].kind == .string
        return again == nil && isWrapped && original == line && isBase64 == (failure.code == .invalidUTF8)
    }

    @Test func whatMustParseParses() throws {
        for (name, bytes) in try files("json_test_suite/test_parsing", prefix: "y_") {
            let result = try #require(try scanFile(onOneLine(bytes)), "\(name)")
            #expect(result.failure == nil || result.failure?.code == .notAnObject, "\(name)")
        }
    }

    @Test func whatMustNotParseIsOneFailure() throws {
        let blank = ["n_single_space.json", "n_structure_UTF8_BOM_no_data.json", "n_structure_no_data.json"]
        for (name, bytes) in try files("json_test_suite/test_parsing", prefix: "n_") {
            // A line feed in the file would make several lines, and a blank in its place mends one of the files: the
            // scanner gets the file as it is, as a line that holds line feeds.
            let failure = scan(bytes).failure
            #expect(failure?.code == .invalidJSONLine || failure?.code == .invalidUTF8, "\(name)")
            guard !bytes.contains(UInt8(ascii: "\n")) else { continue }
            if let failure { #expect(survives(bytes, failure), "\(name)") }
            let result = try scanFile(bytes)
            #expect((result == nil) == blank.contains(name), "\(name)")
            if let result { #expect(result.failure == failure, "\(name)") }
        }
    }

    @Test func whatMayParseDoesNotCrash() throws {
        let folders = ["json_test_suite/test_parsing", "json_test_suite/test_transform"]
        for folder in folders {
            for (name, bytes) in try files(folder, suffix: ".json") where !name.hasPrefix("n_") {
                let line = onOneLine(bytes)
                if let failure = scan(line).failure { #expect(survives(line, failure), "\(name)") }
            }
        }
    }

    @Test func theCheckersFilesAreJudgedAsNamed() throws {
        // Numbers that no machine type holds; their grammar is that of RFC 8259, and nobody here computes with them.
        let hugeNumbers = ["fail41_toolarge.json", "fail60.json", "fail73.json"]
        for (name, bytes) in try files("simdjson_jsonchecker/jsonchecker", suffix: ".json") {
            let last = String(name.split(separator: "/").last ?? "")
            let mustPass = last.hasPrefix("pass") || last.hasPrefix("y_") || hugeNumbers.contains(last)
            let mustFail = last.hasPrefix("fail") || last.hasPrefix("n_")
            // A line feed inside a string is what some of the failing files are about.
            let failure = scan(mustPass ? onOneLine(bytes) : bytes).failure
            let isValid = failure == nil || failure?.code == .notAnObject
            if mustPass {
                #expect(isValid, "\(name)")
            } else if mustFail && !last.contains("EXCLUDE") {
                #expect(!isValid, "\(name)")
            }
        }
    }

    @Test func invalidUTF8NeverPasses() throws {
        var invalid = 0
        for (_, bytes) in try files("utf8") {
            for part in bytes.split(separator: UInt8(ascii: "\n")) {
                let content = part.map { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C ? UInt8(ascii: "x") : $0 }
                let line = Array("{\"text\":\"".utf8) + content + Array("\"}".utf8)
                let failure = scan(line).failure
                #expect((failure == nil) == (String(validating: content, as: UTF8.self) != nil))
                guard let failure else { continue }
                invalid += 1
                #expect(failure.code == .invalidUTF8)
                #expect(survives(line, failure))
            }
        }
        #expect(invalid > 50)
    }

    @Test func naughtyStringsAreUnharmed() throws {
        let strings = try files("naughty_strings", prefix: "blns.txt")[0].1.split(separator: UInt8(ascii: "\n"))
        #expect(strings.count > 400)
        for string in strings {
            var line = Array("{\"text\":".utf8)
            JSONWriter.appendString(Array(string).span.bytes, to: &line)
            line.append(UInt8(ascii: "}"))
            let (failure, record) = scan(line)
            #expect(failure == nil)
            var text: [UInt8] = []
            JSONText.appendUnescaped(line.span.bytes.extracting(record[1].contents), to: &text)
            #expect(text == Array(string))
        }
        let list = try files("naughty_strings", prefix: "blns.json")[0].1
        #expect(try scanFile(onOneLine(list))?.failure?.code == .notAnObject)
    }

    @Test func goldenFramesAreJudgedAsByTheTool() throws {
        for (name, bytes) in try files("zstd_golden/tests") where !name.hasSuffix(".expected") {
            let expected = try Data(
                contentsOf: URL(filePath: conformanceFolder ?? "").appending(path: "zstd_golden/tests/\(name).expected")
            )
            for pieceBytes in [1, 1_000, Int.max] {
                let stream = try DecodedStream(.zstd, source: source(bytes, pieceBytes: pieceBytes))
                let decoded = try? readAll(stream)
                // The script wrote the tool's output, or nothing but this word where the tool failed.
                #expect(decoded.map { Data($0) } ?? Data("zstd failed\n".utf8) == expected, "\(name)")
            }
        }
    }
}
