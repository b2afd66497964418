internal import CKernels

/// The kernels of one instruction set that this machine can run.
///
/// Sums of integers, checksums and the linear classifier give the same bytes with every table. Matrix products and
/// row-wise operations on floating point numbers agree within rounding, and give the same bytes with the same table.
public struct KernelTable: @unchecked Sendable {
    // Points at a constant of the C target, which is never written and never goes away.
    let pointer: UnsafePointer<bk_table>

    /// The environment variable that forces an instruction set, for tests and for hunting a fault.
    public static let environmentVariable = "BATCHD_FORCE_ISA"

    /// The instruction set: `portable`, `avx2`, `avx512`, `avx512vnni`, `avx512bf16`, `neon` or `neondot`.
    public var name: String { String(cString: pointer.pointee.name) }

    /// Every table this machine can run, the fastest first.
    public static var available: [KernelTable] {
        var tables: [KernelTable] = []
        while let pointer = bk_table_at(tables.count) {
            tables.append(KernelTable(pointer: pointer))
        }
        return tables
    }

    /// Chooses the kernels to run with.
    ///
    /// - Parameter forced: The name of an instruction set, as `BATCHD_FORCE_ISA` gives it; nil for the fastest.
    /// - Returns: The fastest table, or the one that was asked for.
    /// - Throws: `KernelError` where this machine cannot run the instruction set that was asked for.
    public static func select(forced: String?) throws(KernelError) -> KernelTable {
        let tables = available
        guard let forced, !forced.isEmpty else {
            return tables[0]
        }
        guard let table = tables.first(where: { $0.name == forced }) else {
            throw KernelError.unsupported(forced: forced, available: tables.map(\.name))
        }
        return table
    }

    /// The largest value, 0 for none.
    public func maximum(of values: [UInt32]) -> UInt32 {
        values.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return pointer.pointee.maximum_u32(base, buffer.count)
        }
    }
}
