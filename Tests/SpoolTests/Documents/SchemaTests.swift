import Foundation
import JSONLines
import Spool
import Testing

/// The JSON Schemas of `schemas/` and the types that write these documents are held together here.
@Suite struct SchemaTests {
    @Test func metricsTypeAndSchemaAgree() throws {
        try expectAgreement(JobMetrics.self, schema: "metrics")
    }

    @Test func manifestTypeAndSchemaAgree() throws {
        try expectAgreement(Manifest.self, schema: "manifest")
    }

    @Test func alertTypeAndSchemaAgree() throws {
        try expectAgreement(AlertRecord.self, schema: "alert")
    }

    @Test func noticeTypeAndSchemaAgree() throws {
        try expectAgreement(AlertNotice.self, schema: "notice")
    }

    @Test func statusTypeAndSchemaAgree() throws {
        try expectAgreement(StatusReport.self, schema: "status")
    }

    @Test(arguments: [
        "{\"title\":\"no text\"}", "{\"a\":1,\"_error\":{\"code\":\"old\"}}", "{}", "[1]", "{\"a\":", "\u{0}\u{1}",
        "{\"_raw\":1}", "{\"_raw\":\"a\",\"_raw_base64\":\"b\",\"text\":\"c\"}",
    ])
    func errorLinesAreValid(original: String) throws {
        try expectErrorLineIsValid(Array(original.utf8))
    }

    @Test func errorLineOfInvalidUTF8IsValid() throws {
        try expectErrorLineIsValid([0x7B, 0x22, 0xC3, 0x28, 0xFF])
    }

    @Test func errorLineWithoutItsPlaceIsRefused() throws {
        #expect(try status(of: #"{"text":"a","_error":{"code":"poison","message":"m"}}"#, schema: "error") == 1)
    }

    /// Every example of a schema must survive decoding and encoding unchanged, and still be valid then: a member that
    /// only one side knows would be lost, or missed.
    private func expectAgreement<Document: Codable>(_ type: Document.Type, schema: String) throws {
        let file = repository.appending(path: "schemas/\(schema).schema.json")
        let content = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let examples = try #require(content["examples"] as? [Any])
        #expect(!examples.isEmpty)
        for example in examples {
            let given = try JSONSerialization.data(withJSONObject: example)
            let encoded = try DocumentCoding.encode(try DocumentCoding.decode(type, from: Array(given)))
            let returned = try JSONSerialization.jsonObject(with: Data(encoded))
            #expect(NSDictionary(dictionary: try #require(returned as? [String: Any])).isEqual(example))
            #expect(try status(of: String(decoding: encoded, as: UTF8.self), schema: schema) == 0)
        }
    }

    private func expectErrorLineIsValid(_ original: [UInt8]) throws {
        var writer = ErrorLine()
        var line: [UInt8] = []
        let error = RecordError(code: "invalid_json_line", message: "No.", line: 1, byteOffset: 0, attempts: 0)
        writer.append(error, original: original.span.bytes, to: &line)
        #expect(try status(of: String(decoding: line, as: UTF8.self), schema: "error") == 0)
    }

    /// The exit code of the validator: 0 for a valid document, 1 for one that the schema refuses.
    private func status(of document: String, schema: String) throws -> Int32 {
        let directory = FileManager.default.temporaryDirectory.appending(path: "batchd-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "document.json")
        try Data(document.utf8).write(to: file)
        let process = Process()
        process.executableURL = repository.appending(path: "scripts/validate-schemas.py")
        process.arguments = [schema, file.path]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private var repository: URL {
        let levels = 4  // Tests/SpoolTests/Documents/SchemaTests.swift
        return (0..<levels).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    }
}
