import FoundationEssentials
import Glibc
import Spool
import Synchronization
public import SystemPackage

/// The preloaded library that counts changing calls and strikes at them, built by whoever uses it.
public final class FaultShim: Sendable {
    private let directory: ScratchDirectory
    private let armed = Mutex(0)
    private var library: FilePath { directory.path.appending("faultshim.so") }

    /// Builds the library.
    ///
    /// - Parameter sources: The checkout.
    /// - Throws: `CampaignError` where clang cannot build it.
    public init(sources: FilePath) throws {
        directory = try ScratchDirectory()
        let source = sources.appending("Tests/FaultShim/faultshim.c")
        let options = ["-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
        let arguments = ["clang"] + options + ["-o", library.string, source.string, "-ldl"]
        let compiler = try ChildProcess(ChildCommand(executable: "/usr/bin/env", arguments: arguments))
        guard try compiler.wait() == .ended(.exited(0)) else { throw CampaignError("clang does not build \(source)") }
    }

    deinit {
        unlink(library.string)
    }

    /// Prepares a run in which something happens at a call.
    ///
    /// - Parameters:
    ///   - root: Below which calls count; absolute and without links.
    ///   - deed: What happens; nil only counts.
    ///   - call: At which call, from 1, or the next at which the deed means anything.
    ///   - countsClosing: Whether closing a file that was written is a call.
    /// - Returns: What the run is started with, and what tells about it afterwards.
    /// - Throws: `Errno` where the shared file cannot be written.
    public func arm(
        root: FilePath,
        deed: FaultDeed?,
        at call: Int = 0,
        countsClosing: Bool = false
    ) throws -> ArmedShim {
        let number = armed.withLock { number in
            number += 1
            return number
        }
        var variables = deed?.variables ?? ["FAULT_DO": "nothing"]
        variables["LD_PRELOAD"] = library.string
        variables["FAULT_ROOT"] = root.string
        variables["FAULT_AT"] = String(deed == nil ? 0 : call)
        if countsClosing { variables["FAULT_CLOSE"] = "1" }
        return try ArmedShim(file: directory.path.appending("run-\(number)"), variables: variables)
    }
}

/// The library, prepared for one run.
public final class ArmedShim: Sendable {
    /// What is added to the environment of the run.
    public let environment: [String: String]
    private let file: FilePath
    private let logFile: FilePath

    /// The layout of the file that the library shares with us: four numbers of eight bytes, then text.
    private enum Layout {
        static let calls = 0
        static let strikes = 1
        static let mended = 2
        static let numbers = 4
        static let bytes = 256
    }

    init(file: FilePath, variables: [String: String]) throws {
        self.file = file
        logFile = FilePath(file.string + ".log")
        environment = variables.merging(["FAULT_CONTROL": file.string, "FAULT_LOG": logFile.string]) { $1 }
        let descriptor = try FileDescriptor.open(
            file,
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll([UInt8](repeating: 0, count: Layout.bytes)) }
    }

    deinit {
        unlink(file.string)
        unlink(logFile.string)
    }

    /// How many calls the run has made.
    ///
    /// - Returns: The shared counter.
    /// - Throws: `Errno`.
    public func calls() throws -> Int { try number(Layout.calls) }

    /// How often the deed was done.
    ///
    /// - Returns: 0 where the run was over before the call, or the deed had no meaning at it.
    /// - Throws: `Errno`.
    public func strikes() throws -> Int { try number(Layout.strikes) }

    /// The first call at which the deed was done.
    ///
    /// - Returns: The call; nil where there was none.
    /// - Throws: `Errno`.
    public func struck() throws -> CountedCall? {
        let text = try content()[(Layout.numbers * 8)...].prefix { $0 != 0 }
        return CountedCall(words: String(decoding: text, as: UTF8.self))
    }

    /// Every call of the run, in order.
    ///
    /// - Returns: The calls.
    /// - Throws: Where the log cannot be read.
    public func log() throws -> [CountedCall] {
        try String(contentsOfFile: logFile.string, encoding: .utf8).split(separator: "\n").compactMap { line in
            line.split(separator: " ", maxSplits: 1).last.flatMap { CountedCall(words: $0) }
        }
    }

    /// Ends what lasts.
    ///
    /// - Throws: `Errno`.
    public func mend() throws {
        let descriptor = try FileDescriptor.open(file, .writeOnly, options: [.closeOnExec])
        try descriptor.closeAfter { _ = try descriptor.writeAll(toAbsoluteOffset: Int64(Layout.mended * 8), [1]) }
    }

    private func number(_ index: Int) throws -> Int {
        try content()[(index * 8)..<(index * 8 + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func content() throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            var bytes = [UInt8](repeating: 0, count: Layout.bytes)
            let count = try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            guard count == bytes.count else { throw Errno.ioError }
            return bytes
        }
    }
}
