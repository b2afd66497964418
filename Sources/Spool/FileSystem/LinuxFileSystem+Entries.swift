import Glibc
public import SystemPackage

extension LinuxFileSystem {
    /// Lists a directory; names come as the bytes that the kernel gave.
    public func entries(of path: FilePath, maximum: Int) throws(FileSystemError) -> [DirectoryEntry] {
        let descriptor = try openDirectory(path)
        guard let stream = fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            throw FileSystemError(operation: "list", path: path, errno: Errno(rawValue: code))
        }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        while entries.count < maximum {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == 0 { break }
                throw FileSystemError(operation: "list", path: path, errno: Errno(rawValue: errno))
            }
            if let name = componentName(of: entry) {
                entries.append(DirectoryEntry(name: name, kind: try kind(of: entry, in: descriptor, path: path)))
            }
        }
        return entries
    }

    /// The name of an entry; nil for `.` and `..`.
    private func componentName(of entry: UnsafeMutablePointer<dirent>) -> FilePath.Component? {
        guard let component = FilePath.Component(platformString: namePointer(of: entry)) else { return nil }
        return component.kind == .regular ? component : nil
    }

    /// What the entry names; some file systems leave that to stat(2).
    private func kind(
        of entry: UnsafeMutablePointer<dirent>,
        in descriptor: CInt,
        path: FilePath
    ) throws(FileSystemError) -> FileKind {
        switch CInt(entry.pointee.d_type) {
        case CInt(DT_REG): return .regular
        case CInt(DT_DIR): return .directory
        case CInt(DT_UNKNOWN):
            var description = stat()
            // An entry that went away between readdir and stat is nothing to open either.
            guard fstatat(descriptor, namePointer(of: entry), &description, AT_SYMLINK_NOFOLLOW) == 0 else {
                if errno == ENOENT { return .other }
                throw FileSystemError(operation: "stat", path: path, errno: Errno(rawValue: errno))
            }
            return FileKind(mode: description.st_mode)
        default: return .other
        }
    }

    /// `d_name` is declared as 256 bytes and may be shorter in memory, so it is read in place and never copied.
    private func namePointer(of entry: UnsafeMutablePointer<dirent>) -> UnsafePointer<CChar> {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        return UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    }
}
