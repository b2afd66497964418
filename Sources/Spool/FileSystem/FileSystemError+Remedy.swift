import SystemPackage

extension FileSystemError {
    /// The failure and what to do about it, for a person.
    public var advice: String { "\(self); \(remedy)" }

    /// The operation of reading back what batchd sealed.
    static let unseal = "unseal"

    /// What to do next.
    var remedy: String {
        if operation == Self.unseal {
            return "it was damaged or changed; restore it from a backup, or see 'A damaged file of the ledger' in "
                + "docs/OPERATIONS.md, then start batchd again"
        }
        return switch errno {
        case .noSpace: "make room, or make more inodes, on the file system of the root"
        case .diskQuotaExceeded: "make room, or raise the quota of the user that batchd runs as"
        case .tooManyOpenFiles: "raise the limit on open files (ulimit -n, LimitNOFILE= of systemd)"
        case .tooManyOpenFilesInSystem: "raise fs.file-max, or end what holds so many files open"
        case .fileTooLarge: "raise the limit on the size of files (ulimit -f, LimitFSIZE= of systemd)"
        case .noMemory: "free memory, or lower 'threads' in batchd.yaml"
        case .readOnlyFileSystem:
            "the kernel's log (dmesg) says why it became read-only; make it writable, then start batchd again"
        case .permissionDenied, .notPermitted:
            "the user who runs this may not do it; run it as the one whom the root belongs to (runuser -u USER -- batchd ...), "
                + "or give permission ('batchd doctor' names what belongs to others), then try again"
        case .noSuchFileOrDirectory: "something else removed it; put it back, then start batchd again"
        case .ioError: "the disk failed, and the kernel's log (dmesg) says how; mend it, then start batchd again"
        default: "the kernel's log (dmesg) may say more; mend the cause, then start batchd again"
        }
    }
}
