internal import CKernels

/// Activations of one thread in the layout that a matrix product reads, `[rows, columns]`.
public final class ScratchPanels {
    /// The product that reads them.
    public let kernel: MatrixKernel
    /// The length of a row, without padding.
    public let columns: Int
    private var memory = AlignedMemory(byteCount: 0)
    private var scales = AlignedMemory(byteCount: 0)
    private var capacity = 0

    /// Creates panels without memory.
    public init(kernel: MatrixKernel, columns: Int) {
        self.kernel = kernel
        self.columns = columns
    }

    /// Makes room for rows; what was there is lost where the memory has to grow.
    public func reserve(rows: Int) {
        guard rows > capacity else { return }
        capacity = (rows + kernel.panelRows - 1) / kernel.panelRows * kernel.panelRows
        var layout = kernel.pointer.pointee.activations
        memory = AlignedMemory(byteCount: bk_panel_bytes(&layout, capacity, columns))
        scales = AlignedMemory(byteCount: capacity * MemoryLayout<bk_row_scale>.stride)
    }

    /// The panels from a row on, which starts a panel.
    func panels(from row: Int) -> bk_panels {
        bk_panels(
            layout: kernel.pointer.pointee.activations,
            elements: elements(from: row),
            row_scales: rowScales(from: row),
            column_scales: nil
        )
    }

    func elements(from row: Int) -> UnsafeMutableRawPointer {
        precondition(row >= 0 && row <= capacity && row % kernel.panelRows == 0, "a panel starts at the row")
        var layout = kernel.pointer.pointee.activations
        return memory.base + bk_panel_bytes(&layout, row, columns)
    }

    func rowScales(from row: Int) -> UnsafeMutablePointer<bk_row_scale> {
        scales.base.assumingMemoryBound(to: bk_row_scale.self) + row
    }

    func hasRoom(for rows: Range<Int>) -> Bool { rows.upperBound <= capacity }
}
