/// Where the gain and shift of one layer norm lie in a model's memory.
public struct PackedNorm: Sendable {
    /// The length of a row.
    public let columns: Int
    /// Added to the variance.
    public let epsilon: Float
    /// Whether the packed rows are multiplied by a scale a column, see `pack`.
    public let hasColumnScales: Bool
    let gain: Int
    let shift: Int
    let columnScales: Int

    /// Takes a place for a layer norm.
    ///
    /// - Parameters:
    ///   - columns: The length of a row.
    ///   - epsilon: Added to the variance.
    ///   - hasColumnScales: Whether the rows it packs are scaled by column.
    ///   - plan: Hands out the place.
    public init(columns: Int, epsilon: Float, hasColumnScales: Bool, in plan: inout ArenaPlan) {
        self.columns = columns
        self.epsilon = epsilon
        self.hasColumnScales = hasColumnScales
        let bytes = columns * MemoryLayout<Float>.stride
        gain = plan.place(bytes: bytes)
        shift = plan.place(bytes: bytes)
        columnScales = plan.place(bytes: hasColumnScales ? bytes : 0)
    }

    /// Writes the numbers into their place.
    ///
    /// - Parameters:
    ///   - gain: `[columns]`.
    ///   - shift: `[columns]`.
    ///   - columnScales: `[columns]`, what the packed rows are multiplied by, and the weights that read them divided
    ///     by; empty for none.
    ///   - memory: The model's memory.
    public func pack(gain: [Float], shift: [Float], columnScales: [Float], into memory: AlignedMemory) {
        precondition(gain.count == columns && shift.count == columns, "the shapes are the norm's")
        precondition(columnScales.count == (hasColumnScales ? columns : 0), "the scales are where they are expected")
        memory.write(gain, at: self.gain)
        memory.write(shift, at: self.shift)
        memory.write(columnScales, at: self.columnScales)
    }
}

extension AlignedMemory {
    /// Writes numbers into a place.
    func write(_ values: [Float], at offset: Int) {
        precondition(offset + values.count * MemoryLayout<Float>.stride <= byteCount, "the place is in the memory")
        let target = floats(at: offset)
        for (index, value) in values.enumerated() { target[index] = value }
    }
}
