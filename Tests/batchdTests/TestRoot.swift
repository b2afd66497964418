import Foundation
import Testing

/// A fresh directory with a root in it, and the real binary to work on it; gone when the test is over.
final class TestRoot {
    let directory: URL
    let root: URL

    /// Makes the root with `batchd init`, unless the test does that itself.
    init(initialised: Bool = true) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "batchd-cli-\(UUID().uuidString)")
        root = directory.appending(path: "root")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        if initialised { try expect(0, "init", root.path) }
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    /// Runs a command to its end.
    @discardableResult
    func batchd(_ arguments: String..., input: String? = nil) throws -> CommandOutput {
        let command = try RunningCommand(arguments, root: root, directory: directory)
        if let input { command.write(input) }
        return command.finish()
    }

    /// Runs a command that must end with this exit code.
    @discardableResult
    func expect(_ code: Int32, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
        -> CommandOutput
    {
        let output = try RunningCommand(arguments, root: root, directory: directory).finish()
        #expect(output.code == code, "\(arguments): \(output.error)", sourceLocation: sourceLocation)
        return output
    }

    /// Starts a command that the test ends, or waits for.
    func start(_ arguments: String...) throws -> RunningCommand {
        try RunningCommand(arguments, root: root, directory: directory)
    }

    /// Starts a command in an environment of its own.
    func start(_ arguments: [String], environment: [String: String]) throws -> RunningCommand {
        try RunningCommand(arguments, root: root, directory: directory, environment: environment)
    }

    /// Writes a file beside the root.
    @discardableResult
    func write(_ content: String, to name: String) throws -> String {
        let file = directory.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: file)
        return file.path
    }

    /// Adds a queue, or replaces its configuration.
    func configure(queue: String, _ yaml: String) throws {
        let folder = root.appending(path: "spool/\(queue)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(yaml.utf8).write(to: folder.appending(path: "queue.yaml"))
    }

    func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []).sorted()
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// A file of the root as text; what ends in .zst is decompressed.
    func text(_ path: String) throws -> String {
        let file = root.appending(path: path)
        guard path.hasSuffix(".zst") else { return try String(contentsOf: file, encoding: .utf8) }
        return try RunningCommand(tool: "/usr/bin/zstd", ["-dcq", file.path]).finish().output
    }

    func json(_ path: String) throws -> [String: Any] {
        try Self.object(text(path))
    }

    static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// What `status --json` says of a job.
    func status(of job: String) throws -> [String: Any]? {
        let report = try Self.object(expect(0, "status", "--json", "--all").output)
        let jobs = try #require(report["jobs"] as? [[String: Any]])
        return jobs.first { $0["job"] as? String == job }
    }

    /// Validates a file against a schema; the tool is Debian's, so a machine without it is told.
    func expectValid(_ schema: String, _ file: URL, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let tool = Self.repository.appending(path: "scripts/validate-schemas.py").path
        let output = try RunningCommand(tool: tool, [schema, file.path]).finish()
        #expect(output.code == 0, "\(schema): \(output.error)", sourceLocation: sourceLocation)
        let refused = try RunningCommand(tool: tool, ["--refused", schema, file.path]).finish()
        #expect(refused.code == 1, "\(schema) is also refused", sourceLocation: sourceLocation)
    }

    static var canValidate: Bool {
        let check = try? RunningCommand(tool: "/usr/bin/python3", ["-c", "import jsonschema"]).finish()
        if check?.code != 0 { print("skipped: /usr/bin/python3 has no jsonschema") }
        return check?.code == 0
    }

    static var repository: URL {
        let levels = 3  // Tests/batchdTests/TestRoot.swift
        return (0..<levels).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    }

    /// Records of a job file: `count` good ones with ids from `first`.
    static func records(_ count: Int, first: Int = 1) -> String {
        (first..<first + count).map { "{\"id\":\"r\($0)\",\"text\":\"This is wonderful, number \($0).\"}\n" }.joined()
    }
}
