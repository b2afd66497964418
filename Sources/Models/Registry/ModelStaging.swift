internal import Crypto
internal import FoundationEssentials

#if canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A directory that a model is put together in, beside the place where it is published by one rename.
///
/// Whoever looks sees no model or the whole of it; what a crash leaves behind is swept at the next addition.
struct ModelStaging: ~Copyable {
    private static let prefix = ".adding-"
    private static let lockName = ".adding.lock"

    /// Where files are put.
    let path: String

    private let parent: String
    private let lock: Int32

    /// Makes an empty directory; only one at a time is in the same place.
    ///
    /// - Parameter parent: Where the model will be published; made where it is not there.
    /// - Throws: `ModelError` where it cannot be made, or there is one already.
    init(in parent: String) throws(ModelError) {
        let path = "\(parent)/\(Self.prefix)\(getpid())"
        let lock = try Self.prepare(path, in: parent)
        self.parent = parent
        self.path = path
        self.lock = lock
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        close(lock)
    }

    /// Copies a file.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - name: Its path in the directory.
    ///   - hash: Receives its bytes.
    /// - Throws: `ModelError` where one of the two fails.
    func copy(_ source: ReadableFile, to name: String, hash: inout SHA256) throws(ModelError) {
        if let slash = name.lastIndex(of: "/") {
            let folder = "\(path)/\(name[..<slash])"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Self.failure("make", folder) }
        }
        let target = try create(name)
        defer { close(target) }
        try source.forEachChunk { chunk throws(ModelError) in
            hash.update(bufferPointer: chunk)
            try put(chunk, into: target, name)
        }
        try sync(target, name)
    }

    /// Writes a file.
    ///
    /// - Throws: `ModelError` where it cannot be written.
    func put(_ bytes: [UInt8], to name: String) throws(ModelError) {
        let target = try create(name)
        defer { close(target) }
        var failure: ModelError?
        bytes.withUnsafeBytes { buffer in
            do throws(ModelError) { try put(buffer, into: target, name) } catch { failure = error }
        }
        if let failure { throw failure }
        try sync(target, name)
    }

    /// Makes the directory a version, durably.
    ///
    /// - Parameter version: The name of the version's directory, which must not be there.
    /// - Throws: `ModelError` where it cannot be renamed or synced.
    func publish(as version: Int) throws(ModelError) {
        let folders = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        for folder in folders.map({ "\(path)/\($0)" }) + [path] where Self.isDirectory(folder) {
            try Self.syncDirectory(folder)
        }
        let target = "\(parent)/\(version)"
        guard rename(path, target) == 0 else { throw Self.failure("publish the model as", target) }
        // The folders above may be new, too.
        for folder in [parent, "\(parent)/..", "\(parent)/../.."] { try Self.syncDirectory(folder) }
    }
}

// MARK: - System calls

extension ModelStaging {
    /// Makes the names in a directory durable.
    static func syncDirectory(_ path: String) throws(ModelError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", path) }
    }

    /// What the last system call failed with.
    static func failure(_ verb: String, _ path: String) -> ModelError {
        ModelError(.unwritable, "Cannot \(verb) '\(path)': \(String(cString: strerror(errno))).")
    }

    private static func prepare(_ path: String, in parent: String) throws(ModelError) -> Int32 {
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw ModelError(.unwritable, "'\(parent)' cannot be made: \(error)")
        }
        let lock = try takeLock("\(parent)/\(lockName)")
        sweep(parent)
        guard mkdir(path, 0o755) == 0 else {
            let error = failure("make", path)
            close(lock)
            throw error
        }
        return lock
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func takeLock(_ path: String) throws(ModelError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw failure("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno == EWOULDBLOCK ? nil : failure("lock", path)
            close(descriptor)
            throw error
                ?? ModelError(
                    .busy,
                    "Somebody else is changing the models beside '\(path)'. Try again when it is done."
                )
        }
        return descriptor
    }

    // Whoever held the lock before is gone, so nobody is at work in these any more.
    private static func sweep(_ parent: String) {
        for entry in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        where entry.hasPrefix(prefix) {
            try? FileManager.default.removeItem(atPath: "\(parent)/\(entry)")
        }
    }

    private func create(_ name: String) throws(ModelError) -> Int32 {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("make", "\(path)/\(name)") }
        return descriptor
    }

    private func put(_ bytes: UnsafeRawBufferPointer, into target: Int32, _ name: String) throws(ModelError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(target, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("write", "\(path)/\(name)") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    private func sync(_ target: Int32, _ name: String) throws(ModelError) {
        guard fsync(target) == 0 else { throw Self.failure("sync", "\(path)/\(name)") }
    }
}
