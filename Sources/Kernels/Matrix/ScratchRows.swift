/// Rows of float32 in one thread's scratch memory, `[rows, columns]`, row-major.
public final class ScratchRows {
    /// The length of a row.
    public let columns: Int
    private var memory = AlignedMemory(byteCount: 0)

    /// Creates rows without memory.
    ///
    /// - Parameter columns: The length of a row.
    public init(columns: Int) {
        self.columns = columns
    }

    /// Makes room for rows; what was there is lost where the memory has to grow.
    public func reserve(rows: Int) {
        let bytes = rows * columns * MemoryLayout<Float>.stride
        if bytes > memory.byteCount { memory = AlignedMemory(byteCount: bytes) }
    }

    /// The rows there is room for.
    public var capacity: Int { columns == 0 ? 0 : memory.byteCount / (columns * MemoryLayout<Float>.stride) }

    /// One row, which must be used before the rows grow.
    public func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: start(row: index), count: columns)
    }

    /// Whether all numbers of some rows are finite.
    ///
    /// - Parameter range: The rows, which are there.
    /// - Returns: False where one is infinite or no number.
    public func areFinite(_ range: Range<Int>) -> Bool {
        precondition(range.upperBound <= capacity, "the rows are there")
        let numbers = UnsafeBufferPointer(start: start(row: range.lowerBound), count: range.count * columns)
        // One more than the highest exponent, which only infinities and NaNs have, reaches the sign's bit.
        var reached: UInt32 = 0
        for number in numbers { reached |= (number.bitPattern & 0x7F80_0000) &+ (1 &<< 23) }
        return reached >> 31 == 0
    }

    /// Copies one row over another.
    public func copyRow(_ source: Int, to target: Int) {
        guard source != target else { return }
        start(row: target).update(from: start(row: source), count: columns)
    }

    /// The largest magnitude of each column in some rows.
    ///
    /// - Parameter range: The rows, which are there.
    /// - Returns: `[columns]`, 0 for no rows.
    public func columnMagnitudes(_ range: Range<Int>) -> [Float] {
        var largest = [Float](repeating: 0, count: columns)
        for index in range {
            let row = row(index)
            for column in 0..<columns { largest[column] = max(largest[column], abs(row[column])) }
        }
        return largest
    }

    func start(row: Int) -> UnsafeMutablePointer<Float> {
        precondition(row >= 0 && row <= capacity, "the row is there")
        return memory.floats(at: row * columns * MemoryLayout<Float>.stride)
    }
}
