import CLinux
import Glibc
import SystemPackage

extension ChildProcess {
    /// Starts the child's process.
    static func spawn(_ command: ChildCommand) throws(SupervisionError) -> CInt {
        let operation = "starting '\(command.executable)'"
        let targets = command.descriptors.keys.sorted()
        let sources = try copies(of: command.descriptors, for: targets, operation: operation)
        defer { sources.forEach { close($0) } }
        // The kernel keeps them by thread, and posix_spawn hands on those of its caller.
        if !command.inheritsCapabilities, linux_drop_ambient_capabilities() == -1 {
            throw SupervisionError(operation: operation, errno: Errno(rawValue: errno))
        }
        var process: pid_t = 0
        let failure = command.executable.withPlatformString { executable in
            withCStrings([command.name] + command.arguments) { arguments in
                withEnvironment(command.environment) { environment in
                    linux_spawn(
                        &process,
                        executable,
                        arguments,
                        environment,
                        sources,
                        targets,
                        targets.count,
                        command.leadsGroup ? 1 : 0
                    )
                }
            }
        }
        if failure != 0 { throw SupervisionError(operation: operation, errno: Errno(rawValue: failure)) }
        return process
    }

    /// Copies what is inherited to descriptors above all targets, so that no dup2 overwrites the source of the next.
    private static func copies(
        of descriptors: [CInt: FileDescriptor],
        for targets: [CInt],
        operation: String
    ) throws(SupervisionError) -> [CInt] {
        var sources: [CInt] = []
        for source in targets.compactMap({ descriptors[$0] }) {
            let copy = linux_duplicate(source.rawValue, (targets.last ?? 0) + 1)
            if copy == -1 {
                let code = errno
                sources.forEach { close($0) }
                throw SupervisionError(operation: operation, errno: Errno(rawValue: code))
            }
            sources.append(copy)
        }
        return sources
    }

    private static func withEnvironment(
        _ variables: [String: String]?,
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> CInt
    ) -> CInt {
        guard let variables else { return body(environ) }
        return withCStrings(variables.map { "\($0.key)=\($0.value)" }) { body($0) }
    }

    /// Lends a NULL-terminated array of C strings.
    private static func withCStrings(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> CInt
    ) -> CInt {
        var pointers = strings.map { strdup($0) }
        pointers.append(nil)
        defer { pointers.forEach { free($0) } }
        return body(pointers)
    }
}
