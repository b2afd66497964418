import Glibc
import Spool
import Synchronization
import SystemPackage

extension LineOracle {
    /// The library's handles by the source that they were built from: to build it takes longer than a seed does.
    private static let libraries = Mutex<[FilePath: SendableHandle]>([:])

    private struct SendableHandle: @unchecked Sendable {
        // Sendable: a handle is only ever asked for its symbols.
        var pointer: UnsafeMutableRawPointer
    }

    /// Builds the oracle, once in a process, and loads it.
    ///
    /// - Parameters:
    ///   - sources: The checkout.
    ///   - scratch: Where the library is built.
    ///   - keys: The keys whose values are wanted.
    /// - Returns: The oracle.
    /// - Throws: `CampaignError` where it cannot be built.
    static func built(from sources: FilePath, in scratch: FilePath, keys: [String]) throws -> LineOracle {
        let source = sources.appending("Tests/Fuzz/line-oracle.cpp")
        let handle = try libraries.withLock { libraries in
            let handle = try libraries[source] ?? SendableHandle(pointer: load(source, in: scratch))
            libraries[source] = handle
            return handle
        }
        guard let oracle = LineOracle(library: handle.pointer, keys: keys) else {
            throw CampaignError("the line oracle lacks a function: \(String(cString: dlerror()))")
        }
        return oracle
    }

    private static func load(_ source: FilePath, in scratch: FilePath) throws -> UnsafeMutableRawPointer {
        let library = scratch.appending("line-oracle.so")
        let options = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
        let arguments = ["g++"] + options + ["-o", library.string, source.string, "-lsimdjson"]
        let compiler = try ChildProcess(ChildCommand(executable: "/usr/bin/env", arguments: arguments))
        guard try compiler.wait() == .ended(.exited(0)) else {
            throw CampaignError("g++ does not build \(source); it needs the package libsimdjson-dev")
        }
        defer { unlink(library.string) }
        guard let handle = dlopen(library.string, RTLD_NOW | RTLD_LOCAL) else {
            throw CampaignError("the line oracle cannot be loaded: \(String(cString: dlerror()))")
        }
        return handle
    }
}
