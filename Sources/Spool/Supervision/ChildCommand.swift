public import SystemPackage

/// What a child process runs, and what it inherits.
public struct ChildCommand: Sendable {
    /// The executable.
    public var executable: FilePath
    /// `argv[0]`, which `ps` shows.
    public var name: String
    /// `argv[1...]`.
    public var arguments: [String]
    /// The whole environment; nil for that of this process.
    public var environment: [String: String]?
    /// The open files that it inherits: its descriptor to ours. Standard input, output and error come along unless
    /// they are mentioned; all else that is closed on exec does not.
    public var descriptors: [CInt: FileDescriptor]
    /// Whether it is the first of a process group of its own, which `ChildProcess.killGroup` ends as a whole.
    public var leadsGroup = false
    /// Whether it has the ambient capabilities of the thread that starts it. One that shall not have them takes them
    /// from that thread, whose other capabilities stay.
    public var inheritsCapabilities = true

    /// Describes a child.
    public init(
        executable: FilePath,
        name: String? = nil,
        arguments: [String] = [],
        environment: [String: String]? = nil,
        descriptors: [CInt: FileDescriptor] = [:]
    ) {
        self.executable = executable
        self.name = name ?? executable.string
        self.arguments = arguments
        self.environment = environment
        self.descriptors = descriptors
    }

    /// Describes a child that runs this very binary, also when its file was replaced meanwhile.
    public static func thisBinary(arguments: [String], descriptors: [CInt: FileDescriptor] = [:]) -> ChildCommand {
        ChildCommand(
            executable: "/proc/self/exe",
            name: CommandLine.arguments.first,
            arguments: arguments,
            descriptors: descriptors
        )
    }
}
