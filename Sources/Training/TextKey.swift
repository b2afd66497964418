/// What a text says, letters and digits only and in lower case: texts with equal keys count as the same.
public struct TextKey: Sendable, Hashable {
    private let scalars: [UInt32]

    /// Makes the key of a text.
    public init(_ text: String) {
        scalars = text.unicodeScalars.lazy.flatMap { scalar -> [UInt32] in
            let isKept = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            guard isKept else { return [] }
            return scalar.properties.lowercaseMapping.unicodeScalars.map(\.value)
        }
    }
}
