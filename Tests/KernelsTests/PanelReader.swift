import CKernels

/// Panels with memory of their own, guarded, and read by the definition of their layout.
final class PanelReader {
    let layout: bk_panel_layout
    let rows: Int
    let columns: Int

    private let memory: UnsafeMutableRawPointer
    private let scales: UnsafeMutablePointer<bk_row_scale>
    private let byteCount: Int

    private static let guardByte: UInt8 = 0xA5
    private static let guardBytes = 64

    init(layout: bk_panel_layout, rows: Int, columns: Int) {
        self.layout = layout
        self.rows = rows
        self.columns = columns
        var copy = layout
        byteCount = bk_panel_bytes(&copy, rows, columns)
        memory = .allocate(byteCount: byteCount + 2 * Self.guardBytes, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: Self.guardByte, count: byteCount + 2 * Self.guardBytes)
        scales = .allocate(capacity: max(rows, 1))
        scales.initialize(repeating: bk_row_scale(scale: 0, zero: 0), count: max(rows, 1))
    }

    /// Panels of `format`, with the size of its elements.
    convenience init(format: bk_format, panelRows: UInt32, depth: UInt32, rows: Int, columns: Int) {
        let bytes: UInt32 =
            switch format {
            case BK_F32: 4
            case BK_BF16, BK_I16: 2
            default: 1
            }
        let layout = bk_panel_layout(format: format, rows: panelRows, depth: depth, element_bytes: bytes)
        self.init(layout: layout, rows: rows, columns: columns)
    }

    deinit {
        memory.deallocate()
        scales.deallocate()
    }

    /// What a kernel writes to. Valid as long as the reader lives.
    func panels(columnScales: UnsafePointer<Float>? = nil) -> bk_panels {
        bk_panels(layout: layout, elements: elements, row_scales: scales, column_scales: columnScales)
    }

    /// The columns with padding.
    var paddedColumns: Int { (columns + Int(layout.depth) - 1) / Int(layout.depth) * Int(layout.depth) }

    var elements: UnsafeMutableRawPointer { memory + Self.guardBytes }

    func rowScale(_ row: Int) -> bk_row_scale { scales[row] }

    /// The number that an element stands for, after dequantisation.
    func value(_ row: Int, _ column: Int) -> Double {
        let bits = stored(row, column)
        switch layout.format {
        case BK_F32: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case BK_BF16: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
        default: return Double(scales[row].scale) * Double(bits - Int(scales[row].zero))
        }
    }

    /// An element as it is stored: the integer, or the bit pattern of a float.
    func stored(_ row: Int, _ column: Int) -> Int {
        let address = elements + index(row, column) * Int(layout.element_bytes)
        switch layout.format {
        case BK_F32: return Int(address.load(as: UInt32.self))
        case BK_BF16: return Int(address.load(as: UInt16.self))
        case BK_I16: return Int(address.load(as: Int16.self))
        case BK_S8: return Int(address.load(as: Int8.self))
        default: return Int(address.load(as: UInt8.self))
        }
    }

    /// All rows, as they are stored.
    var storedRows: [[Int]] {
        (0..<rows).map { row in (0..<paddedColumns).map { stored(row, $0) } }
    }

    /// Whether nothing was written around the panels, nor to their rows from `rows` on.
    var isGuardIntact: Bool {
        let bytes = UnsafeRawBufferPointer(start: memory, count: byteCount + 2 * Self.guardBytes)
        var isIntact = (bytes.prefix(Self.guardBytes) + bytes.suffix(Self.guardBytes)).allSatisfy {
            $0 == Self.guardByte
        }
        let panelRows = (rows + Int(layout.rows) - 1) / Int(layout.rows) * Int(layout.rows)
        for row in rows..<panelRows {
            for column in 0..<paddedColumns {
                isIntact =
                    isIntact
                    && bytes[Self.guardBytes + index(row, column) * Int(layout.element_bytes)]
                        == Self.guardByte
            }
        }
        return isIntact
    }

    private func index(_ row: Int, _ column: Int) -> Int {
        let (panelRows, depth) = (Int(layout.rows), Int(layout.depth))
        let block = row / panelRows * (paddedColumns / depth) + column / depth
        return block * panelRows * depth + row % panelRows * depth + column % depth
    }
}
