/// Where a model's word, position and type embeddings lie in its memory.
public struct EmbeddingTables: Sendable {
    /// The length of an embedding.
    public let columns: Int
    /// The number of word embeddings.
    public let wordCount: Int
    /// The number of positions.
    public let positionCount: Int
    /// The number of types; 0 for a model without.
    public let typeCount: Int
    let words: Int
    let positions: Int
    let types: Int

    /// Takes a place for the tables.
    public init(columns: Int, wordCount: Int, positionCount: Int, typeCount: Int, in plan: inout ArenaPlan) {
        self.columns = columns
        self.wordCount = wordCount
        self.positionCount = positionCount
        self.typeCount = typeCount
        let row = columns * MemoryLayout<Float>.stride
        words = plan.place(bytes: wordCount * row)
        positions = plan.place(bytes: positionCount * row)
        types = plan.place(bytes: typeCount * row)
    }

    /// Writes some word embeddings into their place.
    ///
    /// - Parameters:
    ///   - words: `[rows, columns]`.
    ///   - row: The first row they are written to.
    ///   - memory: The model's memory.
    public func pack(words: [Float], at row: Int, into memory: AlignedMemory) {
        precondition(words.count % columns == 0 && row + words.count / columns <= wordCount, "the rows are the table's")
        memory.write(words, at: self.words + row * columns * MemoryLayout<Float>.stride)
    }

    /// Writes the tables of positions and types into their place.
    ///
    /// - Parameters:
    ///   - positions: `[positionCount, columns]`.
    ///   - types: `[typeCount, columns]`.
    ///   - memory: The model's memory.
    public func pack(positions: [Float], types: [Float], into memory: AlignedMemory) {
        precondition(positions.count == positionCount * columns, "the shape is the table's")
        precondition(types.count == typeCount * columns, "the shape is the table's")
        memory.write(positions, at: self.positions)
        memory.write(types, at: self.types)
    }

    func hold(_ tokens: TokenIDs) -> Bool {
        tokens.positions.count == tokens.ids.count
            && (tokens.types.isEmpty || tokens.types.count == tokens.ids.count)
            && tokens.ids.allSatisfy { $0 < wordCount }
            && tokens.positions.allSatisfy { $0 < positionCount }
            && (typeCount == 0 || tokens.types.allSatisfy { $0 < typeCount })
    }
}

/// What embeddings are looked up by.
public struct TokenIDs {
    /// Word ids.
    public var ids: [UInt32]
    /// Positions, in step with `ids`.
    public var positions: [UInt32]
    /// Segments, in step with `ids`; empty where all are 0.
    public var types: [UInt8]

    /// Creates the tokens of a batch.
    public init(ids: [UInt32] = [], positions: [UInt32] = [], types: [UInt8] = []) {
        self.ids = ids
        self.positions = positions
        self.types = types
    }
}
