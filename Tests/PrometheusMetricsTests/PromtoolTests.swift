import CoreMetrics
import Foundation
import PrometheusMetrics
import Testing

/// The checker of Debian's package prometheus, looked for in PATH; says so once where it is not there.
private let promtool: String? = {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = directories.map { "\($0)/promtool" }
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    if found == nil { print("skipped: no promtool in PATH; Debian's package 'prometheus' has it") }
    return found
}()

@Suite struct PromtoolTests {
    @Test(.enabled(if: promtool != nil, "needs promtool, of Debian's package prometheus"))
    func promtoolAcceptsTheExposition() throws {
        let registry = PrometheusRegistry(
            help: [
                "records_total": "Records \\ read,\nall of them.", "waiting_jobs": "Jobs.", "publish_seconds": "Times.",
                "batch_tokens": "Tokens.",
            ]
        )
        Counter(label: "records", dimensions: [("queue", "a \"b\"\n中")], factory: registry).increment(by: 3)
        Meter(label: "waiting.jobs", factory: registry).set(2.5e-7)
        Timer(label: "publish", factory: registry).recordSeconds(2)
        Recorder(label: "batch_tokens", dimensions: [("model", "m")], factory: registry).record(100)

        #expect(try run(["check", "metrics"], input: registry.exposition()) == 0)
    }

    @Test(.enabled(if: promtool != nil, "needs promtool, of Debian's package prometheus"))
    func theAlertsOfTheHandbookFireWhenTheyShould() throws {
        let repository = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let tests = repository.appending(path: "docs/alerts.test.yml")
        #expect(try run(["test", "rules", tests.path]) == 0)
    }

    private func run(_ arguments: [String], input text: String = "") throws -> Int32 {
        let process = Process()
        let input = Pipe()
        process.executableURL = URL(fileURLWithPath: try #require(promtool))
        process.arguments = arguments
        process.standardInput = input
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
