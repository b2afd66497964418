import BatchCore
import Kernels
import Tokenizers

/// One compute thread's use of an encoder.
final class EncoderSession: ModelSession {
    let model: EncoderModel
    private let forward: EncoderForward
    let workspace: EncoderWorkspace
    private let head: HeadForward
    private let decoder: EntityDecoder?
    let assembler: SequenceAssembler?
    var encoder: WordPieceEncoder?
    private var pieces: TokenPieces
    private var pairPieces: TokenPieces
    let tokensPerSlice: Int
    private var tokens = TokenIDs()
    /// What is kept of each sequence of a batch: its scores, or its embedding; `[sequences, numbers]`.
    private var sequenceRows: [Float] = []
    /// What is kept of each token of a batch, for entities only.
    private var guesses: [EntityDecoder.Guess] = []

    /// The tokens from which on a slice that grows gains nothing: weights are read once for all of them.
    private static let usualTokensPerSlice = 2048

    /// Creates a session.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - tokensPerSlice: The most tokens that are computed at once, except that a sequence is never cut; nil for what
    ///     suits the model. It bounds the scratch memory, whatever a batch holds.
    init(model: EncoderModel, tokensPerSlice: Int? = nil) {
        self.model = model
        self.tokensPerSlice = tokensPerSlice ?? max(model.configuration.tokenLimit, Self.usualTokensPerSlice)
        let rows = model.kernels.rowKernels
        forward = EncoderForward(parts: model.parts, memory: model.memory, rows: rows)
        workspace = EncoderWorkspace(parts: model.parts)
        head = HeadForward(
            parts: model.parts.head,
            hidden: model.parts.shape.hidden,
            memory: model.memory,
            rows: rows
        )
        let isTokenClassification = model.task == .tokenClassification
        decoder = isTokenClassification ? EntityDecoder(labels: model.configuration.labels) : nil
        encoder = model.tokenizer?.makeEncoder()
        assembler = model.tokenizer.map {
            SequenceAssembler(
                template: $0.template,
                tokensMaximum: model.configuration.tokenLimit,
                unknownID: $0.unknownID
            )
        }
        pieces = TokenPieces(recordsSpans: isTokenClassification)
        pairPieces = TokenPieces(recordsSpans: false)
    }

    func encode(
        _ text: Span<UInt8>,
        pair: Span<UInt8>?,
        onLong: LongTextPolicy,
        into batch: inout PackedBatch
    ) -> EncodedText {
        guard let assembler, encoder != nil else {
            preconditionFailure("a session of a model without a tokenizer is given ids only")
        }
        pieces.removeAll()
        encoder?.encode(text, into: &pieces)
        guard let pair else { return assembler.append(pieces, pair: nil, onLong: onLong, into: &batch) }
        pairPieces.removeAll()
        encoder?.encode(pair, into: &pairPieces)
        return assembler.append(pieces, pair: pairPieces, onLong: onLong, into: &batch)
    }

    func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) throws {
        try computeSequences(of: batch, tokensPerSlice: tokensPerSlice)
        for record in 0..<batch.recordCount {
            switch model.task {
            case .classification, .multiLabel, .regression: appendScores(record, of: batch, to: &predictions)
            case .embedding: appendEmbedding(record, of: batch, to: &predictions)
            case .tokenClassification:
                decoder?.decode(record, of: batch, guesses: guesses, into: &predictions)
                predictions.endEntities()
            }
        }
    }

    /// The scores of one token of the slice that was computed last, `[labels]`.
    func tokenScores(_ token: Int) -> UnsafeMutableBufferPointer<Float> { head.scores.row(token) }
}

// MARK: - Slices

extension EncoderSession {
    /// Computes every sequence of a batch, and keeps of them what answers are made of.
    func computeSequences(of batch: borrowing PackedBatch, tokensPerSlice: Int) throws {
        sequenceRows.removeAll(keepingCapacity: true)
        guesses.removeAll(keepingCapacity: true)
        var first = 0
        while first < batch.sequenceCount {
            let slice = slice(of: batch, from: first, tokensPerSlice: tokensPerSlice)
            try compute(slice, of: batch)
            first = slice.upperBound
        }
    }

    /// The next sequences, as many as are computed at once.
    private func slice(of batch: borrowing PackedBatch, from first: Int, tokensPerSlice: Int) -> Range<Int> {
        let start = batch.tokenRange(ofSequence: first).lowerBound
        var end = first + 1
        while end < batch.sequenceCount, batch.ends[end] - start <= tokensPerSlice { end += 1 }
        return first..<end
    }

    /// Computes sequences, and keeps of them what answers are made of.
    private func compute(_ slice: Range<Int>, of batch: borrowing PackedBatch) throws {
        let ends = fillTokens(from: batch, slice)
        let first = batch.tokenRange(ofSequence: slice.lowerBound).lowerBound
        switch model.configuration.head {
        case .classification:
            forward.run(tokens, ends: ends, wanted: .firstTokens, in: workspace)
            head.run(workspace.hidden, count: ends.count)
            try checkFinite(rows: 0..<ends.count)
            for sequence in ends.indices { sequenceRows.append(contentsOf: head.scores.row(sequence)) }
        case .tokenClassification:
            forward.run(tokens, ends: ends, wanted: .everyToken, in: workspace)
            head.run(workspace.hidden, count: tokens.ids.count)
            try checkFinite(rows: 0..<tokens.ids.count)
            for token in tokens.ids.indices {
                guesses.append(decoder?.guess(batch.spans[first + token], row: head.scores.row(token)) ?? .none)
            }
        case .embedding(let recipe):
            forward.run(tokens, ends: ends, wanted: .everyToken, in: workspace)
            try checkFinite(rows: 0..<tokens.ids.count)
            for sequence in slice {
                let range = batch.tokenRange(ofSequence: sequence)
                let own = range.lowerBound - first..<range.upperBound - first
                sequenceRows.append(contentsOf: workspace.hidden.pooled(own, recipe.pooling.kernelPooling))
            }
        }
    }

    /// - Returns: The ends of the sequences, counted from the slice's first token.
    private func fillTokens(from batch: borrowing PackedBatch, _ slice: Range<Int>) -> [Int] {
        let first = batch.tokenRange(ofSequence: slice.lowerBound).lowerBound
        let range = first..<batch.ends[slice.upperBound - 1]
        tokens.ids = Array(batch.tokens[range])
        tokens.types = model.parts.shape.types > 1 ? Array(batch.types[range]) : []
        tokens.positions.removeAll(keepingCapacity: true)
        let ends = batch.ends[slice].map { $0 - first }
        var start = 0
        for end in ends {
            precondition(end > start, "a sequence has at least one token")
            appendPositions(of: start..<end)
            start = end
        }
        return ends
    }

    /// RoBERTa counts positions from behind that of its padding token, and the padding token itself not at all, also
    /// where a text spells it out.
    private func appendPositions(of sequence: Range<Int>) {
        let offset = model.configuration.positionOffset
        guard offset > 0 else {
            for position in 0..<sequence.count { tokens.positions.append(UInt32(position)) }
            return
        }
        let padding = UInt32(offset - 1)
        var position = UInt32(offset)
        for token in sequence {
            let isPadding = tokens.ids[token] == padding
            tokens.positions.append(isPadding ? padding : position)
            if !isPadding { position += 1 }
        }
    }
}

// MARK: - Answers

extension EncoderSession {
    /// Refuses to make an answer of rows that overflowed: an activation or a maximum would turn a NaN into an answer
    /// that looks like any other.
    private func checkFinite(rows: Range<Int>) throws(ModelError) {
        let scoreRows = model.parts.head.classifier == nil ? 0..<0 : rows
        guard !workspace.hidden.areFinite(rows) || !head.scores.areFinite(scoreRows) else { return }
        throw ModelError(
            .notFinite,
            "The model \(model.identity.reference) in \(model.identity.precision) overflows for a text of this batch: "
                + "what it computes is no number. Try precision float32, or another model."
        )
    }

    /// The scores of a record: the mean over its windows, each weighted by its tokens.
    func logits(of sequences: some Sequence<Int>, in batch: borrowing PackedBatch) -> [Double] {
        let outputs = model.labels.count
        var logits = [Double](repeating: 0, count: outputs)
        var weight = 0.0
        for sequence in sequences {
            let count = Double(batch.tokenRange(ofSequence: sequence).count)
            let row = sequence * outputs
            for output in 0..<outputs { logits[output] += count * Double(sequenceRows[row + output]) }
            weight += count
        }
        for output in 0..<outputs { logits[output] /= weight }
        return logits
    }

    private func appendScores(
        _ record: Int,
        of batch: borrowing PackedBatch,
        to predictions: inout PredictionRows
    ) {
        let outputs = model.labels.count
        var logits = logits(of: batch.sequences(ofRecord: record), in: batch)
        var values = [Float](repeating: 0, count: outputs)
        switch model.task {
        case .classification: Softmax.apply(&logits, into: &values)
        case .multiLabel: values = logits.map { Softmax.sigmoid($0) }
        default: values = logits.map { Float($0) }
        }
        predictions.values.append(contentsOf: values)
    }

    private func appendEmbedding(
        _ record: Int,
        of batch: borrowing PackedBatch,
        to predictions: inout PredictionRows
    ) {
        guard case .embedding(let recipe) = model.configuration.head else { return }
        let pooling = recipe.pooling.kernelPooling
        let sequences = batch.sequences(ofRecord: record)
        var row: [Float] = []
        var weight: Float = 0
        for sequence in sequences {
            let columns = model.parts.shape.hidden
            let pooled = sequenceRows[sequence * columns..<(sequence + 1) * columns]
            let share = Float(batch.tokenRange(ofSequence: sequence).count)
            if row.isEmpty {
                row = sequences.count == 1 || pooling == .max ? Array(pooled) : pooled.map { $0 * share }
            } else if pooling == .max {
                for (column, number) in pooled.enumerated() { row[column] = max(row[column], number) }
            } else {
                for (column, number) in pooled.enumerated() { row[column] += share * number }
            }
            weight += share
        }
        if sequences.count > 1, pooling != .max { row = row.map { $0 / weight } }
        if recipe.normalises { Self.normalise(&row) }
        predictions.values.append(contentsOf: row)
    }

    /// Divides a vector by its length, as torch.nn.functional.normalize does.
    private static func normalise(_ row: inout [Float]) {
        let squares = row.reduce(0.0) { $0 + Double($1) * Double($1) }
        let length = Float(max(squares.squareRoot(), 1e-12))
        for column in row.indices { row[column] /= length }
    }
}

extension EmbeddingRecipe.Pooling {
    /// The kernels' word for it.
    var kernelPooling: Pooling {
        switch self {
        case .mean: .mean
        case .cls: .first
        case .max: .max
        }
    }
}
