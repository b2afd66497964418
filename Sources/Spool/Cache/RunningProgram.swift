import SystemPackage

/// The program that runs here.
public enum RunningProgram {
    private static let chunkBytes = 1 << 20

    /// The SHA-256 of its file, computed once; nil where the system does not show it.
    public static let sha256: String? = {
        guard let file = try? FileDescriptor.open("/proc/self/exe", .readOnly) else { return nil }
        defer { try? file.close() }
        var hash = ContentHash()
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            guard let count = try? chunk.withUnsafeMutableBytes({ try file.read(into: $0) }) else { return nil }
            if count == 0 { return hash.hexadecimal() }
            chunk.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }()
}
