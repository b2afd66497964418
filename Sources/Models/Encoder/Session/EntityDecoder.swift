import BatchCore
import Kernels

/// Turns the scores of tokens into entities.
///
/// A word is labelled as its first piece is, and neighbouring words of one group are one entity, unless a word says
/// that another begins (`B-`): the aggregation that transformers' pipeline calls `first`.
struct EntityDecoder {
    /// The groups, in the order in which the labels name them.
    let groups: [String]
    private let tags: [Tag]

    /// What one label of the model means.
    private struct Tag {
        /// Nil for a label that stands for no entity.
        var group: Int?
        var begins: Bool
    }

    /// Reads labels such as `O`, `B-PER`, `I-PER`, `PER`.
    init(labels: [String]) {
        var groups: [String] = []
        tags = labels.map { label in
            guard label != "O" else { return Tag(group: nil, begins: false) }
            let hasPrefix = label.hasPrefix("B-") || label.hasPrefix("I-")
            let name = hasPrefix ? String(label.dropFirst(2)) : label
            let group = groups.firstIndex(of: name) ?? groups.count
            if group == groups.count { groups.append(name) }
            return Tag(group: group, begins: label.hasPrefix("B-"))
        }
        self.groups = groups
    }

    /// What the scores of one token say.
    struct Guess {
        /// The label with the highest score.
        var label: Int
        /// Its probability.
        var score: Float

        /// Of a token that stands for no text.
        static let none = Guess(label: 0, score: 0)
    }

    /// A word under way to becoming an entity's part.
    private struct Word {
        var span: TokenSpanInText
        var tag: Tag
        var score: Float
    }

    /// Appends the entities of one record, without closing it.
    ///
    /// - Parameters:
    ///   - record: The record's index in the batch.
    ///   - batch: The batch, with spans.
    ///   - guesses: What each token of the batch was found to be.
    ///   - predictions: Receives the entities.
    func decode(
        _ record: Int,
        of batch: borrowing PackedBatch,
        guesses: [Guess],
        into predictions: inout PredictionRows
    ) {
        var words: [Word] = []
        let sequences = batch.sequences(ofRecord: record)
        var nextByte: UInt32 = 0
        for sequence in sequences {
            let limit = sequence + 1 < sequences.upperBound ? boundary(sequence, of: batch) : .max
            for token in batch.tokenRange(ofSequence: sequence) {
                let span = batch.spans[token]
                guard span.end > span.start, span.byteStart >= nextByte, span.byteStart < limit else { continue }
                if span.startsWord || words.isEmpty {
                    let guess = guesses[token]
                    words.append(Word(span: span, tag: tags[guess.label], score: guess.score))
                } else {
                    words[words.count - 1].span.end = span.end
                    words[words.count - 1].span.byteEnd = span.byteEnd
                }
            }
            nextByte = limit
        }
        appendEntities(of: words, to: &predictions)
    }

    /// Where in the text the answers of a window give way to those of the next: the word nearest behind the middle of
    /// what both see, so that every word is answered where it has most context.
    private func boundary(_ sequence: Int, of batch: borrowing PackedBatch) -> UInt32 {
        let next = batch.tokenRange(ofSequence: sequence + 1)
        var firstByte: UInt32?
        for token in next where firstByte == nil && batch.spans[token].end > batch.spans[token].start {
            firstByte = batch.spans[token].byteStart
        }
        guard let firstByte else { return .max }
        var shared: [TokenSpanInText] = []
        for token in batch.tokenRange(ofSequence: sequence) {
            let span = batch.spans[token]
            if span.end > span.start, span.byteStart >= firstByte { shared.append(span) }
        }
        return shared.dropFirst(shared.count / 2).first(where: \.startsWord)?.byteStart ?? firstByte
    }

    /// Finds the label of a token.
    ///
    /// - Parameters:
    ///   - span: Where it comes from.
    ///   - row: Its scores.
    /// - Returns: The label with the highest score; `none` where the token stands for no text.
    func guess(_ span: TokenSpanInText, row: UnsafeMutableBufferPointer<Float>) -> Guess {
        guard span.end > span.start else { return .none }
        var logits = row.map(Double.init)
        var probabilities = [Float](repeating: 0, count: logits.count)
        Softmax.apply(&logits, into: &probabilities)
        var best = 0
        for label in probabilities.indices where probabilities[label] > probabilities[best] { best = label }
        return Guess(label: best, score: probabilities[best])
    }

    private func appendEntities(of words: [Word], to predictions: inout PredictionRows) {
        var open: (entity: EntitySpan, words: Int)?
        for word in words {
            if var (entity, count) = open, entity.label == word.tag.group, !word.tag.begins {
                entity.end = Int(word.span.end)
                entity.byteEnd = Int(word.span.byteEnd)
                entity.score += word.score
                count += 1
                open = (entity, count)
                continue
            }
            close(&open, into: &predictions)
            guard let group = word.tag.group else { continue }
            let entity = EntitySpan(
                start: Int(word.span.start),
                end: Int(word.span.end),
                byteStart: Int(word.span.byteStart),
                byteEnd: Int(word.span.byteEnd),
                label: group,
                score: word.score
            )
            open = (entity, 1)
        }
        close(&open, into: &predictions)
    }

    /// An entity's score is the mean of its words'.
    private func close(_ open: inout (entity: EntitySpan, words: Int)?, into predictions: inout PredictionRows) {
        guard let (found, words) = open else { return }
        var entity = found
        entity.score /= Float(words)
        predictions.entities.append(entity)
        open = nil
    }
}
