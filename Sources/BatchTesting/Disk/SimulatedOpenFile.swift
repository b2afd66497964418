import BatchCore
import Spool
import Synchronization
import SystemPackage

/// An open file of a simulated disk.
final class SimulatedOpenFile: OpenFile {
    private let disk: SimulatedDisk
    private let node: DiskNode.ID
    private let path: FilePath
    private let isWriter: Bool
    private var position = 0
    private var isOpen = true

    init(disk: SimulatedDisk, node: DiskNode.ID, path: FilePath, isWriter: Bool) {
        self.disk = disk
        self.node = node
        self.path = path
        self.isWriter = isWriter
    }

    /// The kernel closes what a program forgets, without a call to count.
    deinit {
        if isOpen { disk.state.withLock { $0.image.closed(node, forWriting: isWriter) } }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileSystemError) -> Int {
        checkOpen()
        let bytes: ArraySlice<UInt8> = try disk.query("read", path) { (state) throws(Errno) in
            if isWriter { throw .badFileDescriptor }
            return state.image.nodes[node].content.dropFirst(position).prefix(buffer.count)
        }
        buffer.copyBytes(from: bytes)
        position += bytes.count
        return bytes.count
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError) {
        checkOpen()
        // write(2) is not called for nothing, so nothing is counted either.
        if bytes.isEmpty { return }
        let modified = disk.clock.wallSeconds
        try disk.change(.write, path, torn: { try? $0.append(bytes.half, to: node, modifiedSeconds: modified) }) {
            (image) throws(Errno) in
            guard isWriter else { throw .badFileDescriptor }
            try image.append(bytes, to: node, modifiedSeconds: modified)
        }
    }

    func sync() throws(FileSystemError) {
        checkOpen()
        try disk.change(.sync, path, failed: { $0.nodes[node].loseUnsynced() }) { $0.sync(node) }
    }

    func status() throws(FileSystemError) -> FileStatus {
        checkOpen()
        return try disk.query("stat", path) { $0.image.status(of: node) }
    }

    func close() throws(FileSystemError) {
        checkOpen()
        isOpen = false
        let release = { [node, isWriter] (image: inout DiskImage) in image.closed(node, forWriting: isWriter) }
        if isWriter {
            try disk.change(.close, path, failed: release) { release(&$0) }
        } else {
            try disk.query("close", path) { release(&$0.image) }
        }
    }

    private func checkOpen() {
        precondition(isOpen, "'\(path)' is used after it was closed")
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var half: Slice<UnsafeRawBufferPointer> { prefix(count / 2) }
}
