internal import CKernels

/// The row-wise operations of one instruction set.
public struct RowKernels: @unchecked Sendable {
    // Points at a constant of the C target, which is never written and never goes away.
    let pointer: UnsafePointer<bk_row_kernels>

    /// Quantises or copies rows into the panels of a product.
    ///
    /// - Parameters:
    ///   - rows: The rows, as long as the panels' are.
    ///   - range: Which of them.
    ///   - panels: Receives them from `panelRow` on.
    ///   - panelRow: The first row of the panels, which starts a panel.
    public func pack(_ rows: ScratchRows, _ range: Range<Int>, into panels: ScratchPanels, at panelRow: Int) {
        precondition(rows.columns == panels.columns && range.upperBound <= rows.capacity, "the rows are there")
        precondition(panels.hasRoom(for: panelRow..<panelRow + range.count), "there is room for the panels")
        var target = panels.panels(from: panelRow)
        pointer.pointee.pack(rows.start(row: range.lowerBound), rows.columns, range.count, rows.columns, &target)
    }

    /// Adds up the embeddings of tokens.
    ///
    /// - Parameters:
    ///   - tables: Where the embeddings lie.
    ///   - memory: The model's memory.
    ///   - tokens: Ids, positions and segments, each below the size of its table.
    ///   - rows: Receives one row a token, from 0 on.
    public func embed(_ tables: EmbeddingTables, in memory: AlignedMemory, _ tokens: TokenIDs, into rows: ScratchRows) {
        precondition(rows.columns == tables.columns && tokens.ids.count <= rows.capacity, "there is room for the rows")
        precondition(tables.hold(tokens), "every token has an embedding")
        tokens.ids.withUnsafeBufferPointer { ids in
            tokens.positions.withUnsafeBufferPointer { positions in
                tokens.types.withUnsafeBufferPointer { types in
                    var embedding = bk_embedding()
                    embedding.words = UnsafePointer(memory.floats(at: tables.words))
                    embedding.positions = UnsafePointer(memory.floats(at: tables.positions))
                    embedding.types = tables.typeCount == 0 ? nil : UnsafePointer(memory.floats(at: tables.types))
                    embedding.ids = ids.baseAddress
                    embedding.position_ids = positions.baseAddress
                    embedding.type_ids = types.isEmpty ? nil : types.baseAddress
                    embedding.m = ids.count
                    embedding.n = tables.columns
                    embedding.y = rows.start(row: 0)
                    embedding.y_stride = rows.columns
                    pointer.pointee.embed(&embedding)
                }
            }
        }
    }

    /// Normalises rows in place, and packs them for the next product.
    ///
    /// - Parameters:
    ///   - norm: Gain, shift and epsilon.
    ///   - memory: The model's memory.
    ///   - rows: The rows.
    ///   - range: Which of them.
    ///   - panels: Receives the normalised rows from `panelRow` on; nil for none.
    ///   - panelRow: The first row of the panels, which starts a panel.
    public func normalise(
        _ norm: PackedNorm,
        in memory: AlignedMemory,
        _ rows: ScratchRows,
        _ range: Range<Int>,
        into panels: ScratchPanels? = nil,
        at panelRow: Int = 0
    ) {
        precondition(rows.columns == norm.columns && range.upperBound <= rows.capacity, "the rows are there")
        var call = bk_layer_norm()
        call.x = UnsafePointer(rows.start(row: range.lowerBound))
        call.x_stride = rows.columns
        call.m = range.count
        call.n = norm.columns
        call.gain = UnsafePointer(memory.floats(at: norm.gain))
        call.shift = UnsafePointer(memory.floats(at: norm.shift))
        call.epsilon = norm.epsilon
        call.y = rows.start(row: range.lowerBound)
        call.y_stride = rows.columns
        guard let panels else {
            pointer.pointee.layer_norm(&call, nil)
            return
        }
        precondition(panels.columns == norm.columns && panels.hasRoom(for: panelRow..<panelRow + range.count))
        var target = panels.panels(from: panelRow)
        if norm.hasColumnScales { target.column_scales = UnsafePointer(memory.floats(at: norm.columnScales)) }
        pointer.pointee.layer_norm(&call, &target)
    }

    /// Lets the tokens of one sequence attend to each other, in one head.
    ///
    /// - Parameters:
    ///   - head: Query, key and value of each token, side by side.
    ///   - sequence: The tokens' rows.
    ///   - scale: What the scores are multiplied by.
    ///   - context: Receives the head's part of each token's row.
    ///   - column: Where that part starts.
    ///   - scratch: The thread's scratch.
    public func attend(
        _ head: ScratchRows,
        _ sequence: Range<Int>,
        scale: Float,
        into context: ScratchRows,
        column: Int,
        scratch: AttentionScratch
    ) {
        let width = head.columns / 3
        precondition(width % 16 == 0 && width <= Int(BK_HEAD_WIDTH_MAXIMUM), "a head is padded to whole vectors")
        precondition(sequence.upperBound <= min(head.capacity, context.capacity) && column + width <= context.columns)
        let start = head.start(row: sequence.lowerBound)
        var call = bk_attention()
        call.q = UnsafePointer(start)
        call.k = UnsafePointer(start + width)
        call.v = UnsafePointer(start + 2 * width)
        call.stride = head.columns
        call.length = sequence.count
        call.width = width
        call.scale = scale
        call.context = context.start(row: sequence.lowerBound) + column
        call.context_stride = context.columns
        call.scratch = scratch.memory(length: sequence.count, width: width)
        pointer.pointee.attend(&call)
    }
}

/// What attention keeps of one sequence while it computes.
public final class AttentionScratch {
    /// The widest head that attention computes, in float32 numbers.
    public static let headWidthMaximum = Int(BK_HEAD_WIDTH_MAXIMUM)

    private var memory = AlignedMemory(byteCount: 0)

    /// Creates scratch without memory.
    public init() {}

    func memory(length: Int, width: Int) -> UnsafeMutablePointer<Float> {
        let bytes = bk_attention_scratch_floats(length, width) * MemoryLayout<Float>.stride
        if bytes > memory.byteCount { memory = AlignedMemory(byteCount: bytes) }
        return memory.floats(at: 0)
    }
}
