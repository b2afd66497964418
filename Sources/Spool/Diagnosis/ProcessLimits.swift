internal import FoundationEssentials

/// What the system lets a process have: its resource limits and those of its control groups.
public struct ProcessLimits: Sendable, Equatable {
    /// Files it may have open.
    public var openFiles: Int?
    /// The largest file it may write, in bytes; nil where there is no limit, as for all below.
    public var fileBytes: Int?
    /// The address space it may have, in bytes.
    public var addressSpaceBytes: Int?
    /// Processes and threads that its user may have.
    public var processes: Int?
    /// The processor time after which it is killed, in seconds.
    public var processorSeconds: Int?
    /// Memory of its control group and those above it, in bytes.
    public var memoryBytes: Int?
    /// Cores' worth of time of its control group and those above it.
    public var cores: Double?
    /// Processes and threads of its control group and those above it.
    public var tasks: Int?

    /// Creates limits of nothing.
    public init() {}

    /// Reads the limits of a process.
    ///
    /// Nil where /proc does not show them, as for another user's process.
    ///
    /// - Parameter process: Its number, or `self`.
    public init?(process: String) {
        guard let limits = Self.text("/proc/\(process)/limits") else { return nil }
        read(resourceLimits: limits)
        for directory in Self.controlGroups(Self.text("/proc/\(process)/cgroup") ?? "") {
            read(
                memory: Self.text("\(directory)/memory.max"),
                processor: Self.text("\(directory)/cpu.max"),
                tasks: Self.text("\(directory)/pids.max")
            )
        }
    }

    /// Takes in `/proc/PID/limits`.
    mutating func read(resourceLimits text: String) {
        func soft(_ name: String) -> Int? {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
            return line.flatMap { $0.dropFirst(name.count).split(separator: " ").first }.flatMap { Int($0) }
        }
        openFiles = soft("Max open files")
        fileBytes = soft("Max file size")
        addressSpaceBytes = soft("Max address space")
        processes = soft("Max processes")
        processorSeconds = soft("Max cpu time")
    }

    /// Takes in one control group; the narrowest of several counts.
    mutating func read(memory: String?, processor: String?, tasks: String?) {
        func number(_ text: Substring?) -> Int? { text.flatMap { Int($0) } }
        func words(_ text: String?) -> [Substring] { text?.split { $0 == " " || $0 == "\n" } ?? [] }
        memoryBytes = Self.narrower(memoryBytes, number(words(memory).first))
        self.tasks = Self.narrower(self.tasks, number(words(tasks).first))
        let share = words(processor)
        if share.count == 2, let quota = number(share[0]), let period = number(share[1]), period > 0 {
            cores = Self.narrower(cores, Double(quota) / Double(period))
        }
    }

    private static func narrower<Number: Comparable>(_ left: Number?, _ right: Number?) -> Number? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    /// The directories of a process' control group of version 2 and of all groups above it.
    static func controlGroups(_ text: String) -> [String] {
        let unified = text.split(separator: "\n").first { $0.hasPrefix("0::/") }
        guard let unified else { return [] }
        var directories = ["/sys/fs/cgroup"]
        for name in unified.dropFirst(4).split(separator: "/") where name != ".." {
            directories.append("\(directories[directories.count - 1])/\(name)")
        }
        return directories
    }

    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}

/// What the machine has in all.
public enum MachineMemory {
    /// Memory that could be had now without swapping, and all there is, in bytes; nil where /proc does not say.
    public static var bytes: (available: Int, total: Int)? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
        func kilobytes(_ name: String) -> Int? {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
            return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
        }
        guard let available = kilobytes("MemAvailable:"), let total = kilobytes("MemTotal:") else { return nil }
        return (available << 10, total << 10)
    }
}
