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
