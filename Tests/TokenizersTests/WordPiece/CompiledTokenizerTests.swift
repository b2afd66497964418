import Testing
import Tokenizers

struct CompiledTokenizerTests {
    private let compiled: [UInt8]

    init() throws {
        let token = SmallTokenizer.added("New York", #""normalized": true, "lstrip": true"#)
        compiled = try WordPieceTokenizer(
            tokenizerJSON: SmallTokenizer.document(addedTokens: [token], postProcessor: SmallTokenizer.template)
        ).compiled()
    }

    @Test func nothingIsLost() throws {
        let read = try WordPieceTokenizer(compiled: compiled)
        #expect(read.compiled() == compiled)
        #expect(read.vocabularySize == 56)
        #expect(read.template == .bert(classification: 2, separator: 3))
    }

    @Test func aCutFormIsRefusedWhereverItIsCut() {
        for count in stride(from: 0, to: compiled.count, by: 41) {
            expectRefusal("The compiled tokenizer cannot be used", code: .corrupt) { () throws(TokenizerError) in
                _ = try WordPieceTokenizer(compiled: Array(compiled[..<count]))
            }
        }
    }

    @Test func anAlteredFormIsRefused() {
        for place in stride(from: 0, to: compiled.count, by: 53) {
            var altered = compiled
            altered[place] ^= 0x10
            expectRefusal("The compiled tokenizer cannot be used", code: .corrupt) { () throws(TokenizerError) in
                _ = try WordPieceTokenizer(compiled: altered)
            }
        }
    }

    @Test func anotherVersionIsNamed() {
        var later = compiled
        later[4] = 9
        expectRefusal("version 9", code: .corrupt) { () throws(TokenizerError) in
            _ = try WordPieceTokenizer(compiled: sealed(later))
        }
    }

    @Test func aSealedFormWithWildNumbersIsRefusedOrHarmless() throws {
        let text = Array("[SEP] the quickly\u{e9} New York \u{4e2d} unaffable <x> zzz".utf8)
        var refused = 0
        var random = SystemRandomNumberGenerator()
        for place in stride(from: 0, to: compiled.count - 12, by: 4) where place < 400 || place % 180 == 0 {
            for value in [0, 1, 0xFF, 0x7FFF_FFFF, 0xFFFF_FFFF, UInt32.random(in: 0...4_000, using: &random)] {
                var altered = compiled
                for byte in 0..<4 { altered[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte))) }
                do throws(TokenizerError) {
                    let tokenizer = try WordPieceTokenizer(compiled: sealed(altered))
                    var encoder = tokenizer.makeEncoder()
                    var pieces = TokenPieces(recordsSpans: true)
                    encoder.encode(text.span, into: &pieces)
                    #expect(pieces.ids.allSatisfy { Int($0) < tokenizer.vocabularySize })
                } catch {
                    #expect(error.code == .corrupt)
                    refused += 1
                }
            }
        }
        #expect(refused > 50)
    }

    // With the checksum that belongs to the bytes before it.
    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let content = bytes.dropLast(8)
        var sum = UInt64(content.count)
        func mix(_ word: UInt64) {
            sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 29
        }
        var index = 0
        while index + 8 <= content.count {
            mix((0..<8).reduce(UInt64(0)) { $0 | UInt64(content[index + $1]) << UInt64(8 * $1) })
            index += 8
        }
        for byte in content[index...] { mix(UInt64(byte)) }
        return Array(content) + (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) }
    }
}
