import FoundationEssentials
import Glibc
import Kernels

/// The cache of a packed encoder: what packing computed, for one instruction set, precision and set of weights.
///
/// A cache and nothing else: a file that is missing, of other weights, for another kernel or damaged is made anew. It is
/// read into memory, never mapped, so nobody can cut it off under a running model.
///
/// Layout, little-endian: the magic `BDPACK`, two bytes of version, the length of a JSON header (UInt32), its bytes,
/// the compiled tokenizer, padding to 64 bytes, the packed memory.
struct PackedFile {
    /// Changes whenever the same weights would be packed otherwise.
    static let version: UInt16 = 3
    private static let magic = Array("BDPACK".utf8)
    private static let prefixBytes = 12
    private static let headerBytesMaximum = 1 << 16

    /// What the file is a cache of, and what is in it.
    struct Header: Codable, Equatable {
        var weightsSHA256: String
        /// Over the files that the tokenizer is read from.
        var tokenizerSHA256: String
        /// The sizes and functions of the encoder and its head, in words: other sizes can give as many bytes.
        var shape: String
        /// The instruction set, precision and geometry of the kernels it is packed for.
        var kernel: String
        var tokenizerBytes: Int
        var memoryBytes: Int
        /// CRC-32C of tokenizer and memory, end to end.
        var checksum: UInt32
    }

    let path: String
    let kernels: KernelTable

    /// What a cache holds.
    struct Contents {
        /// The compiled tokenizer.
        var tokenizer: [UInt8]
        /// The packed weights.
        var memory: AlignedMemory
    }

    /// Reads the cache, if there is one of exactly this.
    ///
    /// - Parameter wanted: What it must be a cache of; its sizes of the tokenizer and the checksum are ignored.
    /// - Returns: What it holds; nil where there is no such cache, or no memory for it.
    func read(_ wanted: Header) -> Contents? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let header = readHeader(descriptor), header.matches(wanted),
            header.tokenizerBytes >= 0, header.tokenizerBytes < 1 << 30
        else { return nil }
        let tokenizerEnd = header.headerEnd + header.tokenizerBytes
        var tokenizer = [UInt8](repeating: 0, count: header.tokenizerBytes)
        var padding = [UInt8](repeating: 0, count: Self.padding(before: tokenizerEnd))
        // A file that was cut off is not worth the memory.
        guard Self.size(of: descriptor) == tokenizerEnd + padding.count + wanted.memoryBytes,
            let memory = try? AlignedMemory(weightBytes: wanted.memoryBytes)
        else { return nil }
        let isWhole =
            tokenizer.withUnsafeMutableBytes { Self.fill($0, from: descriptor) }
            && padding.withUnsafeMutableBytes { Self.fill($0, from: descriptor) }
            && memory.withUnsafeBytes { Self.fill($0, from: descriptor) }
        guard isWhole, checksum(of: tokenizer, memory) == header.stored.checksum else { return nil }
        return Contents(tokenizer: tokenizer, memory: memory)
    }

    /// Writes the cache beside its name and renames it; a reader sees the old one, none or the whole.
    ///
    /// - Returns: Whether it was written: a directory that only its owner may write to is no error.
    @discardableResult
    func write(_ header: Header, tokenizer: [UInt8], memory: AlignedMemory) -> Bool {
        var header = header
        header.tokenizerBytes = tokenizer.count
        header.checksum = checksum(of: tokenizer, memory)
        guard var bytes = Self.encode(header) else { return false }
        bytes += tokenizer
        bytes += [UInt8](repeating: 0, count: Self.padding(before: bytes.count))
        sweep()
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        let isWritten =
            bytes.withUnsafeBytes { Self.drain($0, into: descriptor) }
            && memory.withUnsafeBytes { Self.drain(UnsafeRawBufferPointer($0), into: descriptor) }
        guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }

    /// Removes what writers that were killed left: their process is gone, or was on another machine.
    private func sweep() {
        let url = URL(filePath: path)
        let folder = url.deletingLastPathComponent().path
        let prefix = "packed-"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(prefix) && name.hasSuffix(".tmp") {
            let parts = name.split(separator: ".")
            guard parts.count >= 4, let writer = pid_t(parts[parts.count - 3]), writer > 0 else { continue }
            if kill(writer, 0) != 0, errno == ESRCH { unlink("\(folder)/\(name)") }
        }
    }

    private func checksum(of tokenizer: [UInt8], _ memory: AlignedMemory) -> UInt32 {
        let first = tokenizer.withUnsafeBytes { kernels.crc32c(of: $0) }
        return memory.withUnsafeBytes { kernels.crc32c(of: UnsafeRawBufferPointer($0), continuing: first) }
    }
}

// MARK: - Bytes

extension PackedFile {
    /// A header as it stood in a file.
    private struct StoredHeader {
        var stored: Header
        var headerEnd: Int
        var tokenizerBytes: Int { stored.tokenizerBytes }

        func matches(_ wanted: Header) -> Bool {
            var expected = wanted
            expected.tokenizerBytes = stored.tokenizerBytes
            expected.checksum = stored.checksum
            return stored == expected
        }
    }

    private func readHeader(_ descriptor: Int32) -> StoredHeader? {
        var prefix = [UInt8](repeating: 0, count: Self.prefixBytes)
        guard prefix.withUnsafeMutableBytes({ Self.fill($0, from: descriptor) }),
            Array(prefix[..<6]) == Self.magic,
            UInt16(prefix[6]) | UInt16(prefix[7]) << 8 == Self.version
        else { return nil }
        let length = prefix[8...].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.headerBytesMaximum else { return nil }
        var json = [UInt8](repeating: 0, count: length)
        guard json.withUnsafeMutableBytes({ Self.fill($0, from: descriptor) }),
            let header = try? JSONDecoder().decode(Header.self, from: Data(json))
        else { return nil }
        return StoredHeader(stored: header, headerEnd: Self.prefixBytes + length)
    }

    private static func encode(_ header: Header) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(header), json.count <= headerBytesMaximum else { return nil }
        let length = UInt32(json.count)
        return magic + [UInt8(version & 0xFF), UInt8(version >> 8)]
            + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) } + json
    }

    private static func size(of descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func padding(before offset: Int) -> Int {
        (AlignedMemory.alignment - offset % AlignedMemory.alignment) % AlignedMemory.alignment
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Bool {
        var done = 0
        while done < buffer.count {
            guard let base = buffer.baseAddress else { return false }
            let count = Glibc.read(descriptor, base + done, buffer.count - done)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private static func drain(_ buffer: UnsafeRawBufferPointer, into descriptor: Int32) -> Bool {
        var done = 0
        while done < buffer.count {
            guard let base = buffer.baseAddress else { return false }
            let count = Glibc.write(descriptor, base + done, buffer.count - done)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
