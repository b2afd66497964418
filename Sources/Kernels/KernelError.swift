/// What kernels and their memory can fail with.
public struct KernelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed and what to do next, for a person.
    public let description: String

    static func outOfMemory(bytes: Int) -> KernelError {
        KernelError(description: "The system does not give \(bytes) bytes of memory.")
    }

    static func unsupported(forced: String, available: [String]) -> KernelError {
        let choices = available.joined(separator: ", ")
        return KernelError(
            description: "\(KernelTable.environmentVariable) is '\(forced)', but this machine runs only \(choices). "
                + "Unset it, or name one of these."
        )
    }
}
