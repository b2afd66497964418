/// A tensor in memory.
public struct Tensor: Sendable, Equatable {
    /// Its name in its file.
    public let name: String

    /// The size of each dimension; none for a single number.
    public let shape: [Int]

    /// The elements, row-major.
    public let values: [Float]
}

/// A tensor that lies in a file: what it is and where.
public struct TensorEntry: Sendable, Equatable {
    /// Its name.
    public let name: String

    /// What its elements are.
    public let element: TensorElement

    /// The size of each dimension; none for a single number.
    public let shape: [Int]

    /// The bytes of the file that it occupies.
    public let range: Range<Int>

    /// How many elements it has.
    public var elementCount: Int { range.count / element.byteCount }
}
