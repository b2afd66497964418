import BatchCore
import SystemPackage

/// The directory of a queue's cache: a stamp, and files of answers that are appended to and removed as a whole.
///
/// Nothing here is synced: what a power loss takes, or damages, is computed again.
struct CacheFiles {
    /// The most files of answers; every start of an engine that learns something begins one.
    static let filesMaximum = 64
    /// The part of the whole that one file takes at most, so that making room forgets little.
    private static let filesPerCache = 8
    private static let prefix = "answers."

    private let disk: any FileSystem
    private let directory: FilePath
    private let bytesMaximum: Int
    /// The numbers and sizes of the files, the oldest first.
    private var files: [(number: Int, bytes: Int)] = []
    /// The newest file, while this process appends to it.
    private var open: (any OpenFile)?

    init(disk: any FileSystem, queue: String, bytesMaximum: Int) {
        self.disk = disk
        directory = SpoolLayout.cache(of: queue)
        self.bytesMaximum = bytesMaximum
    }

    private var stampPath: FilePath { directory.appending("stamp") }

    private func path(_ number: Int) -> FilePath {
        let digits = String(number)
        return directory.appending(Self.prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits)
    }

    /// Takes up the directory where its answers are of this origin, and else begins anew.
    ///
    /// - Throws: `FileSystemError`; `EncodingError` is not to be expected.
    mutating func begin(_ origin: CacheStamp.Origin) throws -> CacheStamp {
        files = []
        if let stamp = stamp(), stamp.origin == origin, stamp.textKey != nil, stamp.blockKey != nil {
            try list()
            try makeRoom(for: 0)
            return stamp
        }
        try disk.removeTree(directory)
        try disk.ensureDirectory(SpoolLayout.state)
        try disk.ensureDirectory(SpoolLayout.caches)
        try disk.makeDirectory(directory)
        let stamp = CacheStamp(origin)
        try disk.replaceUnsynced(stampPath, with: DocumentCoding.seal(stamp))
        return stamp
    }

    /// The stamp that is there; nil where it is damaged or missing.
    private func stamp() -> CacheStamp? {
        guard let bytes = try? disk.readFile(stampPath, bytesMaximum: CacheStamp.bytesMaximum) else { return nil }
        return try? DocumentCoding.unseal(CacheStamp.self, from: bytes)
    }

    private mutating func list() throws(FileSystemError) {
        for entry in try disk.entries(of: directory, maximum: .max) {
            guard entry.name.string.hasPrefix(Self.prefix), entry.kind == .regular,
                let number = Int(entry.name.string.dropFirst(Self.prefix.count)), number >= 0, number < .max,
                path(number).lastComponent == entry.name,
                let status = try disk.status(of: directory.appending(entry.name))
            else { continue }
            files.append((number, status.bytes))
        }
        files.sort { $0.number < $1.number }
    }

    /// Reads the files, the oldest first; a file that cannot be read counts as damaged.
    ///
    /// - Parameter body: Gets the content of each.
    func read(_ body: ([UInt8]) -> Void) {
        for file in files {
            if let bytes = try? disk.readFile(path(file.number), bytesMaximum: bytesMaximum) { body(bytes) }
        }
    }

    /// Appends a block, making room for it first.
    mutating func append(_ block: [UInt8]) throws(FileSystemError) {
        if let last = files.last, last.bytes + block.count > bytesMaximum / Self.filesPerCache { try close() }
        try makeRoom(for: block.count)
        let file: any OpenFile
        if let open {
            file = open
        } else {
            let number = (files.last?.number ?? 0) + 1
            file = try disk.open(path(number), .createNew)
            open = file
            files.append((number, 0))
        }
        files[files.count - 1].bytes += block.count
        try file.write(block)
    }

    /// Removes the oldest files until there is room for so many bytes; never the one that is open.
    private mutating func makeRoom(for bytes: Int) throws(FileSystemError) {
        var total = files.reduce(bytes) { $0 + $1.bytes }
        while let oldest = files.first, files.count > (open == nil ? 0 : 1),
            total > bytesMaximum || files.count >= Self.filesMaximum
        {
            try disk.removeFile(path(oldest.number))
            total -= oldest.bytes
            files.removeFirst()
        }
    }

    mutating func close() throws(FileSystemError) {
        guard let file = open else { return }
        open = nil
        try file.close()
    }
}
