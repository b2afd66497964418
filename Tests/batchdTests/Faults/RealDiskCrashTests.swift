import BatchTesting
import Glibc
import Spool
import SystemPackage
import Testing

/// The real binary on the real disk is killed, or fails, at every changing call of a run; the next run answers the rest.
@Suite struct RealDiskCrashTests {
    enum Deed: String, CaseIterable {
        /// Parent and engine die together.
        case killGroup = "group"
        /// The process that made the call dies; an engine is started again by its parent.
        case killProcess = "self"
        /// The call fails with EIO.
        case ioError = "5"
        /// The call fails with ENOSPC.
        case noSpace = "28"
    }

    @Test(arguments: Deed.allCases)
    func whateverHappensToARunTheNextOneAnswersTheRest(_ deed: Deed) throws {
        let shim = try FaultShim()
        let total = try faultedRun(shim, deed, at: 0).calls
        try #require(total > 50, "the shim counts nothing")
        var cases = 0
        for call in 1...total {
            let outcome = try faultedRun(shim, deed, at: call)
            #expect(outcome.violations == [], "\(deed) at call \(call)")
            cases += 1
        }
        print("real disk, \(deed): \(cases) of \(total) calls")
    }

    private func faultedRun(_ shim: FaultShim, _ deed: Deed, at call: Int) throws -> (calls: Int, violations: [String])
    {
        let root = try FaultRoot()
        try root.drop((1...10).map { "text \($0)" }, as: "first.jsonl")
        try root.drop((1...3).map { "other \($0)" }, as: "second.jsonl")
        _ = try root.start(environment: shim.environment(root: root.directory, deed: deed.rawValue, call: call)).wait()
        let calls = try shim.calls()
        var violations = InvariantChecker(disk: root.disk, queues: [FaultRoot.queue]).violationsAtAnyInstant()
        let end = try root.runToEnd()
        if end != .ended(.exited(0)) { violations.append("the next run ends with \(end)") }
        return (calls, violations + root.violations(expecting: [("first", 10), ("second", 3)]))
    }
}

/// The preloaded library that counts and fails calls, built by the test that uses it.
final class FaultShim {
    private let directory: FilePath
    private var library: FilePath { directory.appending("faultshim.so") }
    private var counter: FilePath { directory.appending("counter") }

    init() throws {
        guard let template = strdup("/tmp/batchd-shim.XXXXXX") else { throw Errno.noMemory }
        defer { free(template) }
        guard mkdtemp(template) != nil else { throw Errno(rawValue: errno) }
        directory = FilePath(platformString: template)
        let source = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("FaultShim/faultshim.c")
        let options = ["-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
        let arguments = ["clang"] + options + ["-o", library.string, source.string, "-ldl"]
        let compiler = try ChildProcess(ChildCommand(executable: "/usr/bin/env", arguments: arguments))
        try #require(try compiler.wait() == .ended(.exited(0)), "clang builds \(source)")
    }

    deinit {
        unlink(library.string)
        unlink(counter.string)
        rmdir(directory.string)
    }

    /// The environment of a run in which something happens at a call, counted from 1; 0 only counts.
    func environment(root: FilePath, deed: String, call: Int) throws -> [String: String] {
        let file = try FileDescriptor.open(
            counter,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try file.closeAfter { _ = try file.writeAll([UInt8](repeating: 0, count: 8)) }
        return [
            "LD_PRELOAD": library.string,
            "LD_LIBRARY_PATH": getenv("LD_LIBRARY_PATH").map { String(cString: $0) } ?? "",
            "FAULT_ROOT": root.string, "FAULT_COUNTER": counter.string, "FAULT_DO": deed, "FAULT_AT": String(call),
        ]
    }

    /// How many calls the last run made.
    func calls() throws -> Int {
        let file = try FileDescriptor.open(counter, .readOnly)
        return try file.closeAfter {
            var bytes = [UInt8](repeating: 0, count: 8)
            let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
            return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }
}
