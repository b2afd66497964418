internal import CKernels

/// A matrix of int8 weights in memory that kernels may read past the end of, `[rowCount, columns]`, row-major.
///
/// - Note: Shared between threads without a lock: nothing writes to the bytes after `init`.
public final class Int8Rows: @unchecked Sendable {
    /// How many readable bytes follow the last row.
    public static let paddingBytes = Int(BK_ROW_PADDING_BYTES)

    /// The number of rows.
    public let rowCount: Int

    /// The length of a row.
    public let columns: Int

    let base: UnsafePointer<Int8>
    private let owned: UnsafeMutableRawPointer?

    /// Uses bytes where they lie.
    ///
    /// - Parameters:
    ///   - immortal: Bytes that are never written nor freed, followed by `paddingBytes` more.
    ///   - rowCount: The number of rows.
    ///   - columns: The length of a row.
    /// - Precondition: `immortal` holds all rows and the padding.
    public init(immortal: UnsafeRawBufferPointer, rowCount: Int, columns: Int) {
        precondition(immortal.count >= rowCount * columns + Self.paddingBytes, "the rows and their padding are there")
        guard let base = immortal.baseAddress else {
            preconditionFailure("rows have an address")
        }
        self.rowCount = rowCount
        self.columns = columns
        self.base = base.assumingMemoryBound(to: Int8.self)
        owned = nil
    }

    /// Copies bytes into memory of its own, with the padding behind them.
    ///
    /// - Parameters:
    ///   - copying: Exactly the rows.
    ///   - rowCount: The number of rows.
    ///   - columns: The length of a row.
    /// - Precondition: `copying.count == rowCount * columns`.
    public init(copying: UnsafeRawBufferPointer, rowCount: Int, columns: Int) {
        precondition(copying.count == rowCount * columns, "exactly the rows are there")
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: copying.count + Self.paddingBytes, alignment: 64)
        memory.copyMemory(from: copying)
        memory[copying.count...].initializeMemory(as: UInt8.self, repeating: 0)
        guard let base = memory.baseAddress else {
            preconditionFailure("an allocation that is not empty has an address")
        }
        self.rowCount = rowCount
        self.columns = columns
        self.base = UnsafePointer(base.assumingMemoryBound(to: Int8.self))
        owned = base
    }

    deinit {
        owned?.deallocate()
    }
}

extension Int8Rows {
    /// Calls a closure with the bytes of all rows, without the padding.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: rowCount * columns))
    }
}
