import SystemPackage

/// A secret that the receiver of alarms knows us by.
enum BearerToken {
    /// The largest file that is read, in bytes.
    private static let bytesMaximum = 64 << 10

    /// Reads the token anew, since whoever renews tokens does not tell.
    ///
    /// - Parameter path: The file; blanks and line ends around the token do not count.
    /// - Returns: The token.
    /// - Throws: `TokenProblem`.
    static func read(_ path: FilePath) throws(TokenProblem) -> String {
        let bytes: [UInt8]
        do {
            bytes = try contents(of: path)
        } catch {
            throw TokenProblem(words: "the token in '\(path)' cannot be read: \(error)")
        }
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let token = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard !token.isEmpty, token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), bytes.count < bytesMaximum else {
            throw TokenProblem(words: "'\(path)' holds no token: one line of printable ASCII is wanted")
        }
        return String(decoding: token, as: UTF8.self)
    }

    private static func contents(of path: FilePath) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        return try file.closeAfter {
            try [UInt8](unsafeUninitializedCapacity: bytesMaximum) { buffer, count in
                while count < buffer.count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                    let read = try file.read(into: rest)
                    if read == 0 { break }
                    count += read
                }
            }
        }
    }
}

/// Why there is no token to send.
struct TokenProblem: Error {
    /// In words.
    var words: String
}
