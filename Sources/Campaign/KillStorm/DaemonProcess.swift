import Glibc
import Spool
import SystemPackage

/// A `batchd run` in a process group of its own, and what /proc tells of its two processes.
final class DaemonProcess {
    /// Who is killed.
    enum Victim: CaseIterable {
        case parent
        case engine
        case group
    }

    let process: ChildProcess

    /// Starts one.
    ///
    /// - Parameters:
    ///   - binary: The `batchd`.
    ///   - root: Its root.
    ///   - options: Further options of `run`.
    ///   - environment: The whole environment; nil for that of this process.
    ///   - log: Where its standard error goes; appended to.
    /// - Throws: `Errno` or `SupervisionError`.
    init(
        _ binary: FilePath,
        root: FilePath,
        options: [String] = [],
        environment: [String: String]? = nil,
        log: FilePath
    ) throws {
        let file = try FileDescriptor.open(
            log,
            .writeOnly,
            options: [.create, .append, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        defer { try? file.close() }
        // setsid(1) becomes what it starts, as it does not lead a group itself.
        process = try ChildProcess(
            ChildCommand(
                executable: "/usr/bin/setsid",
                arguments: [binary.string, "run", "--root", root.string] + options,
                environment: environment,
                descriptors: [1: file, 2: file]
            )
        )
    }

    deinit {
        // Once it was reaped, its group's number may be another's, and its engine ends by itself.
        guard isRunning else { return }
        let engine = engine
        Glibc.kill(-process.processID, SIGKILL)
        if let engine { Glibc.kill(engine, SIGKILL) }
        _ = try? process.wait()
    }

    /// The engine's process id; nil where it is not running now.
    var engine: CInt? {
        guard let processes = try? LinuxFileSystem(root: "/proc"),
            let entries = try? processes.entries(of: "", maximum: .max)
        else { return nil }
        for entry in entries {
            guard let number = CInt(entry.name.string) else { continue }
            let fields = Self.statistics(of: number)
            if fields.count > 1, CInt(fields[1]) == process.processID, fields[0] != "Z" { return number }
        }
        return nil
    }

    /// Whether it still runs.
    var isRunning: Bool { (try? process.wait(timeoutMilliseconds: 0)) == .timedOut }

    /// Sends SIGKILL.
    ///
    /// - Returns: Whether there was anybody to kill.
    func kill(_ victim: Victim) -> Bool {
        guard isRunning else { return false }
        switch victim {
        case .parent: return Glibc.kill(process.processID, SIGKILL) == 0
        case .group: return Glibc.kill(-process.processID, SIGKILL) == 0
        case .engine: return engine.map { Glibc.kill($0, SIGKILL) == 0 } ?? false
        }
    }

    /// Sends a signal to both of its processes at once.
    func signalGroup(_ signal: CInt) {
        Glibc.kill(-process.processID, signal)
    }

    /// Ends it with SIGTERM and waits.
    ///
    /// - Returns: How it ended.
    func terminate() throws -> ChildProcess.Event {
        process.send(SIGTERM)
        return try process.wait(timeoutMilliseconds: 30_000)
    }

    /// What follows the name in /proc/PID/stat: state, parent and so on.
    static func statistics(of process: CInt) -> [Substring] {
        String(decoding: content(of: process, "stat"), as: UTF8.self)
            .split(separator: ") ").last?.split(separator: " ") ?? []
    }

    /// A file of /proc/PID; empty where it cannot be read.
    static func content(of process: CInt, _ name: String) -> [UInt8] {
        guard let disk = try? LinuxFileSystem(root: FilePath("/proc/\(process)")) else { return [] }
        return (try? disk.readFile(FilePath(name), bytesMaximum: 1 << 16)) ?? []
    }
}
