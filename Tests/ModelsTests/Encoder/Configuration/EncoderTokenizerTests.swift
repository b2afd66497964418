import Testing

@testable import Models

@Suite struct EncoderTokenizerTests {
    @Test func piecesThatLookAlikeAreTwoPieces() throws {
        try EncoderFixture.withCopy(of: "bert-sequence") { fixture in
            // One é as one code point and one as two.
            try fixture.replace("\"bad\":41", with: "\"\u{E9}\":41", in: "tokenizer.json")
            try fixture.replace("\"face\":42", with: "\"e\u{301}\":42", in: "tokenizer.json")
            let tokenizer = try #require(try EncoderTokenizer(directory: fixture.directory))
            #expect(tokenizer.kind == "WordPiece" && tokenizer.wordPiece != nil && tokenizer.obstacle == nil)
        }
    }
}
