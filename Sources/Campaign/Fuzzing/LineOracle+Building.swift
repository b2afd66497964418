import Glibc
import Spool
import SystemPackage

extension LineOracle {
    /// Builds the oracle and loads it.
    ///
    /// - Parameters:
    ///   - sources: The checkout.
    ///   - scratch: Where the library is built.
    ///   - keys: The keys whose values are wanted.
    /// - Returns: The oracle.
    /// - Throws: `CampaignError` where it cannot be built.
    static func built(from sources: FilePath, in scratch: FilePath, keys: [String]) throws -> LineOracle {
        let library = scratch.appending("line-oracle.so")
        let source = sources.appending("Tests/Fuzz/line-oracle.cpp")
        let options = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
        let arguments = ["g++"] + options + ["-o", library.string, source.string, "-lsimdjson"]
        let compiler = try ChildProcess(ChildCommand(executable: "/usr/bin/env", arguments: arguments))
        guard try compiler.wait() == .ended(.exited(0)) else {
            throw CampaignError("g++ does not build \(source); it needs the package libsimdjson-dev")
        }
        defer { unlink(library.string) }
        guard let oracle = LineOracle(library: library.string, keys: keys) else {
            throw CampaignError("the line oracle cannot be loaded: \(String(cString: dlerror()))")
        }
        return oracle
    }
}
