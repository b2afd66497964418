import BatchCore
import Kernels
import Tokenizers

/// What moved an answer, by occlusion (Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901, section 4.2): the text
/// is answered once more without each of its words, and a word's weight is what the answer loses.
///
/// Left out are tokens of what the model read, so a text that was cut does not move up, and words of a text that is
/// read in windows are left out of each window that has them; the other windows need not be computed again. Weights
/// are differences of log-odds; of a regression, of the value.
extension EncoderSession {
    func explain(_ request: ExplanationRequest, into explanations: inout ExplanationRows) throws {
        var variants = PackedBatch()
        var occlusions: [Occlusion] = []
        for record in request.block.records.indices {
            occlusions.append(occlude(record, in: request, into: &variants))
            guard variants.tokens.count >= request.budgetTokens || record + 1 == request.block.records.count else {
                continue
            }
            try computeSequences(of: variants, tokensPerSlice: min(tokensPerSlice, request.budgetTokens))
            for occlusion in occlusions {
                explanations.append(
                    strongestOf: stretches(of: occlusion, in: variants),
                    atMost: request.stretchesMaximum
                )
            }
            occlusions.removeAll(keepingCapacity: true)
            variants.removeAll()
        }
    }

    /// One record with and without each of its units, as sequences of a batch that other records share.
    private struct Occlusion {
        /// The output that is explained.
        var column: Int
        /// Where the record's second text begins: its code point and its byte.
        var pairStart: (codePoint: Int, byte: Int)
        /// The sequences of the record as it is.
        var whole: Range<Int>
        /// For each unit where it stands, and the sequences that answer the record without it.
        var units: [(span: TokenSpanInText, sequences: [Int])]
    }

    private func occlude(
        _ record: Int,
        in request: ExplanationRequest,
        into variants: inout PackedBatch
    ) -> Occlusion {
        let texts = request.block.texts.span
        let text = request.block.textRange(of: record)
        let pair = request.block.pairRange(of: record)
        var alone = PackedBatch()
        let pairStart = encodeWithSpans(texts, text, pair: pair, onLong: request.onLong, into: &alone)
        let both = texts.extracting(text.lowerBound..<(pair ?? text).upperBound)
        let units = OcclusionUnits(alone, text: both, pairStart: pairStart.byte)
        let first = variants.sequenceCount
        for sequence in 0..<alone.sequenceCount { append(sequence, of: alone, to: &variants) { _ in true } }
        let whole = first..<variants.sequenceCount
        return Occlusion(
            column: request.explainedColumn(ofRecord: record),
            pairStart: pairStart,
            whole: whole,
            units: units.spans.enumerated().map { unit, span in
                let sequences = (0..<alone.sequenceCount).map { sequence in
                    let tokens = alone.tokenRange(ofSequence: sequence)
                    guard tokens.contains(where: { units.index(of: alone.spans[$0]) == unit }) else {
                        return whole.lowerBound + sequence
                    }
                    append(sequence, of: alone, to: &variants) { units.index(of: alone.spans[$0]) != unit }
                    return variants.sequenceCount - 1
                }
                return (span, sequences)
            }
        )
    }

    /// Encodes a record into an empty batch; the spans of its second text go on where those of the first end.
    ///
    /// - Returns: The length of the first text.
    private func encodeWithSpans(
        _ texts: Span<UInt8>,
        _ range: Range<Int>,
        pair: Range<Int>?,
        onLong: LongTextPolicy,
        into batch: inout PackedBatch
    ) -> (codePoint: Int, byte: Int) {
        guard let assembler, encoder != nil else {
            preconditionFailure("a session of a model without a tokenizer is given ids only")
        }
        let text = texts.extracting(range)
        let codePoints = text.indices.count { text[$0] & 0xC0 != 0x80 }
        var pieces = TokenPieces(recordsSpans: true)
        encoder?.encode(text, into: &pieces)
        var pairPieces: TokenPieces?
        if let pair {
            var second = TokenPieces(recordsSpans: true)
            encoder?.encode(texts.extracting(pair), into: &second)
            second.spans = second.spans.map { $0.moved(codePoints: codePoints, bytes: text.count) }
            pairPieces = second
        }
        _ = assembler.append(pieces, pair: pairPieces, onLong: onLong, into: &batch)
        return (codePoints, text.count)
    }

    /// Appends those tokens of a sequence that are kept, and something to read where there are none.
    private func append(
        _ sequence: Int,
        of source: borrowing PackedBatch,
        to batch: inout PackedBatch,
        keeping isKept: (Int) -> Bool
    ) {
        for token in source.tokenRange(ofSequence: sequence) where isKept(token) {
            batch.tokens.append(source.tokens[token])
            batch.types.append(source.types[token])
        }
        assembler?.fillEmptySequence(of: &batch)
        batch.endSequence()
    }

    private func stretches(of occlusion: Occlusion, in variants: borrowing PackedBatch) -> [ExplainedStretch] {
        let whole = score(occlusion.column, logits: logits(of: occlusion.whole, in: variants))
        var stretches: [ExplainedStretch] = []
        for unit in occlusion.units {
            let without = score(occlusion.column, logits: logits(of: unit.sequences, in: variants))
            let isInPair = Int(unit.span.byteStart) >= occlusion.pairStart.byte
            let start = isInPair ? occlusion.pairStart : (codePoint: 0, byte: 0)
            stretches.append(
                ExplainedStretch(
                    isInPair: isInPair,
                    start: Int(unit.span.start) - start.codePoint,
                    end: Int(unit.span.end) - start.codePoint,
                    byteStart: Int(unit.span.byteStart) - start.byte,
                    byteEnd: Int(unit.span.byteEnd) - start.byte,
                    weight: whole - without
                )
            )
        }
        return stretches
    }

    /// What a weight is a difference of.
    private func score(_ column: Int, logits: [Double]) -> Double {
        // The log-odds of a label that is independent of the others are its logit.
        model.task == .classification ? Softmax.logOdds(of: column, logits: logits) : logits[column]
    }
}

extension TokenSpan {
    fileprivate func moved(codePoints: Int, bytes: Int) -> TokenSpan {
        TokenSpan(
            start: start + UInt32(codePoints),
            end: end + UInt32(codePoints),
            byteStart: byteStart + UInt32(bytes),
            byteEnd: byteEnd + UInt32(bytes),
            startsWord: startsWord
        )
    }
}
