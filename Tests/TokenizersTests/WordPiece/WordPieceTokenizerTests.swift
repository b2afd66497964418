import Testing
import Tokenizers

struct WordPieceTokenizerTests {
    private let pair = [
        SequenceTemplate.SpecialToken(id: 3, typeID: 0), SequenceTemplate.SpecialToken(id: 3, typeID: 1),
    ]

    @Test func vocabularySizeCountsAddedTokens() throws {
        #expect(try SmallTokenizer.variant("uncased").vocabularySize == 55)
        #expect(try SmallTokenizer.variant("added").vocabularySize == 61)
    }

    @Test func templateIsReadFromEveryPostProcessor() throws {
        let bert = SequenceTemplate.bert(classification: 2, separator: 3)
        let read = { (postProcessor: String) in
            try WordPieceTokenizer(tokenizerJSON: SmallTokenizer.document(postProcessor: postProcessor)).template
        }
        #expect(try read(SmallTokenizer.template) == bert)
        #expect(try read(#"{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"#) == bert)
        let roberta = try read(#"{"type": "RobertaProcessing", "sep": ["</s>", 3], "cls": ["<s>", 2]}"#)
        #expect(roberta == .roberta(start: 2, end: 3))
        #expect(roberta.pair.middle.map(\.id) == [3, 3])
        #expect(roberta.pair.secondTypeID == 0)
        #expect(try read("null") == SequenceTemplate())
        #expect(bert.single.specialTokenCount == 2)
        #expect(bert.pair.middle + bert.pair.suffix == pair)
    }

    @Test func spansTellBytesAndContinuations() throws {
        var encoder = try SmallTokenizer.variant("uncased").makeEncoder()
        var pieces = TokenPieces(recordsSpans: true)
        encoder.encode(Array("caf\u{e9}, quickly \u{4e2d}[SEP]".utf8).span, into: &pieces)
        #expect(pieces.ids == [22, 15, 6, 7, 25, 3])
        #expect(pieces.spans.map(\.byteStart) == [0, 5, 7, 12, 15, 18])
        #expect(pieces.spans.map(\.byteEnd) == [5, 6, 12, 14, 18, 23])
        #expect(pieces.spans.map(\.startsWord) == [true, true, true, false, true, true])
    }

    @Test func spansAreLeftOutWhenNotAskedFor() throws {
        var encoder = try SmallTokenizer.variant("added").makeEncoder()
        var pieces = TokenPieces(recordsSpans: false)
        encoder.encode(Array("the quickly<sep>new york\u{302f}".utf8).span, into: &pieces)
        #expect(pieces.ids == [5, 6, 7, 55, 59, 1])
        #expect(pieces.spans.isEmpty)
    }

    @Test func encodingAppends() throws {
        var encoder = try SmallTokenizer.variant("uncased").makeEncoder()
        var pieces = TokenPieces(recordsSpans: true)
        encoder.encode(Array("the".utf8).span, into: &pieces)
        // A mark that may change places makes the encoder begin this text anew.
        encoder.encode(Array("the a\u{302f}\u{302e}".utf8).span, into: &pieces)
        #expect(pieces.ids == [5, 5, 41, 40, 39])
        #expect(pieces.spans.count == 5)
        pieces.removeAll()
        #expect(pieces.ids.isEmpty && pieces.spans.isEmpty)
    }

    @Test func anEncoderUsedBeforeAnswersAlike() throws {
        let tokenizer = try SmallTokenizer.variant("added")
        var encoder = tokenizer.makeEncoder()
        for _ in 0..<2 {
            for pinned in Pinned.addedTokens {
                var used = TokenPieces(recordsSpans: true)
                encoder.encode(Array(pinned.text.utf8).span, into: &used)
                var fresh = TokenPieces(recordsSpans: true)
                var other = tokenizer.makeEncoder()
                other.encode(Array(pinned.text.utf8).span, into: &fresh)
                #expect(used.ids == fresh.ids && used.spans == fresh.spans)
            }
        }
    }

    @Test func hugeWordsAreUnknown() throws {
        let tokenizer = try SmallTokenizer.variant("uncased")
        let word = String(repeating: "a", count: 300_000)
        #expect(SmallTokenizer.encode(word, with: tokenizer) == "1:0-300000")
        let uneven = String(repeating: "\u{e9}", count: 100_000)
        #expect(SmallTokenizer.encode(uneven, with: tokenizer) == "1:0-100000")
        let marks = "a" + String(repeating: "\u{302f}\u{302e}", count: 20_000)
        #expect(SmallTokenizer.encode(marks, with: tokenizer) == "1:0-40001")
    }

    @Test func bytesThatAreNotUTF8AreReadAsReplacements() throws {
        for name in ["uncased", "unclean", "added"] {
            var encoder = try SmallTokenizer.variant(name).makeEncoder()
            for lead in UInt8.min...UInt8.max {
                for tail in [[], [0x80], [0xBF, 0xBF], [0x80, 0x80, 0x80], [0x61]] as [[UInt8]] {
                    var pieces = TokenPieces(recordsSpans: true)
                    let text = [lead] + tail
                    encoder.encode(text.span, into: &pieces)
                    #expect(pieces.spans.allSatisfy { $0.byteStart < $0.byteEnd && Int($0.byteEnd) <= text.count })
                }
            }
        }
    }

    @Test func equalIdsOfCanonicallyEquivalentPiecesStayApart() throws {
        let vocabulary = ###"{"[UNK]": 0, "\u00e9": 1, "e\u0301": 2, "\u4e2d": 3, "##\u0301": 4}"###
        let document = SmallTokenizer.document(normalizer: #""lowercase": false"#, vocabulary: vocabulary)
        let tokenizer = try WordPieceTokenizer(tokenizerJSON: document)
        #expect(SmallTokenizer.encode("\u{e9} e\u{301} \u{4e2d}", with: tokenizer) == "1:0-1 2:2-4 3:5-6")
    }
}
