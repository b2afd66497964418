import Glibc
import Spool
public import SystemPackage

/// The preloaded library that counts changing calls and fails them, built by whoever uses it.
public final class FaultShim {
    private let directory: ScratchDirectory
    private var library: FilePath { directory.path.appending("faultshim.so") }
    private var counter: FilePath { directory.path.appending("counter") }

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
        unlink(counter.string)
    }

    /// The environment of a run in which something happens at a call.
    ///
    /// - Parameters:
    ///   - root: Below which calls count.
    ///   - deed: What happens, in the shim's words.
    ///   - call: At which call, from 1; 0 only counts.
    /// - Returns: The whole environment.
    /// - Throws: `Errno` where the shared counter cannot be written.
    public func environment(root: FilePath, deed: String, call: Int) throws -> [String: String] {
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
    ///
    /// - Returns: The shared counter.
    /// - Throws: `Errno`.
    public func calls() throws -> Int {
        let file = try FileDescriptor.open(counter, .readOnly)
        return try file.closeAfter {
            var bytes = [UInt8](repeating: 0, count: 8)
            let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
            return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }
}
