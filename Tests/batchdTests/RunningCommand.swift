import Foundation
import Synchronization
import Testing

/// What a command printed and how it ended.
struct CommandOutput {
    var code: Int32
    var output: String
    var error: String
}

/// A process under way; its output is gathered while it runs.
final class RunningCommand {
    private let process = Process()
    private let input = Pipe()
    private let output = GatheredOutput()
    private let error = GatheredOutput()

    /// Starts the binary that was built with these tests.
    convenience init(
        _ arguments: [String],
        root: URL,
        directory: URL,
        environment: [String: String] = [:]
    ) throws {
        // As on a terminal, unless the test says otherwise.
        var environment = ["BATCHD_LOG_FORMAT": "text"].merging(environment) { $1 }
        environment["BATCHD_ROOT"] = root.path
        try self.init(tool: Self.binary, arguments, environment: environment, directory: directory)
    }

    /// The binary that was built with these tests.
    static var binary: String {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: "batchd").path
    }

    init(tool: String, _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil) throws {
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        // What is printed must not depend on who runs the tests.
        let own = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
        process.environment = own.merging(environment) { $1 }
        process.currentDirectoryURL = directory
        process.standardInput = input
        process.standardOutput = output.pipe
        process.standardError = error.pipe
        try process.run()
        output.gather()
        error.gather()
    }

    /// Writes to the command's standard input, which stays open.
    func write(_ text: String) {
        input.fileHandle.write(Data(text.utf8))
    }

    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// The processes that the command has started.
    func children() throws -> [Int32] {
        let id = process.processIdentifier
        let text = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    /// Waits until so many lines came out on standard output.
    func lines(_ count: Int) -> [String] {
        output.wait { text in text.split(separator: "\n", omittingEmptySubsequences: false).count > count }
            .split(separator: "\n", omittingEmptySubsequences: false).prefix(count).map(String.init)
    }

    /// Waits until standard error holds these words.
    func waitForMessage(_ words: String) {
        _ = error.wait { $0.contains(words) }
    }

    /// Waits until standard output holds these words.
    func waitForOutput(_ words: String) {
        _ = output.wait { $0.contains(words) }
    }

    /// The process that the command, which starts one that starts one, has at the end of the line.
    func innermostProcess() throws -> Int32 {
        var id = process.processIdentifier
        while true {
            let text = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
            guard let child = text.split(separator: " ").compactMap({ Int32($0) }).first else { return id }
            id = child
        }
    }

    /// Closes the command's input and waits for its end.
    func finish() -> CommandOutput {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        return CommandOutput(code: process.terminationStatus, output: output.all(), error: error.all())
    }
}

extension Pipe {
    fileprivate var fileHandle: FileHandle { fileHandleForWriting }
}

/// Everything that came through a pipe, and a way to wait for more.
private final class GatheredOutput: @unchecked Sendable {
    // Sendable: `text` and `isEnded` are only touched under `condition`'s lock; `pipe` never changes.
    let pipe = Pipe()
    private let condition = NSCondition()
    private var bytes = Data()
    private var isEnded = false

    func gather() {
        // Our own copy of the writing end would keep the pipe from ending.
        try? pipe.fileHandleForWriting.close()
        Thread.detachNewThread { [self] in
            while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
                condition.withLock { bytes.append(data) }
                condition.broadcast()
            }
            condition.withLock { isEnded = true }
            condition.broadcast()
        }
    }

    /// Waits until the text satisfies, or the command has closed the pipe.
    func wait(until satisfies: (String) -> Bool) -> String {
        condition.withLock {
            while !isEnded && !satisfies(String(decoding: bytes, as: UTF8.self)) { condition.wait() }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    func all() -> String { wait { _ in false } }
}
