internal import Glibc

/// One piece of zeroed memory, aligned for vector loads.
///
/// Where a model's packed weights lie, and the scratch of a compute thread. Weights are written by one thread while
/// they are packed or read from a file and only read afterwards; scratch belongs to one thread.
public final class AlignedMemory: @unchecked Sendable {
    // Sharing is sound because whoever shares the memory has finished writing to it.

    /// The alignment of the first byte, in bytes: a cache line, the widest vector.
    public static let alignment = 64

    /// Pieces of at least this size come from the system as pages that nobody has touched, in huge pages if it likes.
    private static let hugePageBytes = 2 << 20

    /// The size in bytes.
    public let byteCount: Int

    let base: UnsafeMutableRawPointer
    private let mapping: UnsafeMutableRawBufferPointer?

    /// Allocates zeroed memory.
    ///
    /// - Parameter byteCount: The size in bytes, 0 or more.
    public init(byteCount: Int) {
        precondition(byteCount >= 0, "a size is not negative")
        self.byteCount = byteCount
        if byteCount >= Self.hugePageBytes, let mapping = Self.map(byteCount) {
            self.mapping = mapping.all
            base = mapping.aligned
            return
        }
        mapping = nil
        let rounded = (max(byteCount, 1) + Self.alignment - 1) / Self.alignment * Self.alignment
        base = .allocate(byteCount: rounded, alignment: Self.alignment)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: rounded)
    }

    /// Allocates zeroed memory for weights, of a size that a file asks for.
    ///
    /// - Parameter byteCount: The size in bytes, 0 or more.
    /// - Throws: `KernelError` with the size where the system does not give that much.
    public init(weightBytes byteCount: Int) throws(KernelError) {
        precondition(byteCount >= 0, "a size is not negative")
        guard let mapping = Self.map(byteCount) else { throw KernelError.outOfMemory(bytes: byteCount) }
        self.byteCount = byteCount
        self.mapping = mapping.all
        base = mapping.aligned
    }

    deinit {
        if let mapping {
            munmap(mapping.baseAddress, mapping.count)
        } else {
            base.deallocate()
        }
    }

    /// Asks the system for pages; zeroing them is left to the first touch.
    private static func map(
        _ byteCount: Int
    ) -> (all: UnsafeMutableRawBufferPointer, aligned: UnsafeMutableRawPointer)? {
        let (size, overflow) = byteCount.addingReportingOverflow(hugePageBytes)
        guard !overflow, let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { return nil }
        let address = UInt(bitPattern: start)
        let aligned = start + Int((UInt(hugePageBytes) - address % UInt(hugePageBytes)) % UInt(hugePageBytes))
        // A hint: without huge pages everything works, with them reading a model in costs a tenth of the faults.
        _ = madvise(aligned, byteCount, MADV_HUGEPAGE)
        return (UnsafeMutableRawBufferPointer(start: start, count: size), aligned)
    }

    /// Calls a closure with all bytes, to write them to a file or read them from one.
    ///
    /// - Precondition: Nobody else uses the memory while `body` writes to it.
    public func withUnsafeBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeMutableRawBufferPointer(start: base, count: byteCount))
    }

    func floats(at offset: Int) -> UnsafeMutablePointer<Float> {
        (base + offset).assumingMemoryBound(to: Float.self)
    }
}

/// Hands out places in memory that is yet to be allocated, so that a whole model lies in one piece.
public struct ArenaPlan {
    /// The bytes handed out so far.
    public private(set) var byteCount = 0

    /// Creates an empty plan.
    public init() {}

    /// Hands out a place aligned to `AlignedMemory.alignment`.
    ///
    /// - Parameter bytes: The size of the place.
    /// - Returns: Its offset.
    public mutating func place(bytes: Int) -> Int {
        defer { byteCount += (bytes + AlignedMemory.alignment - 1) / AlignedMemory.alignment * AlignedMemory.alignment }
        return byteCount
    }
}
