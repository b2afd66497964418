import Testing
import Tokenizers

@Suite struct FeaturePlacesTests {
    private static let features = NGramFeatures(characterOrderMaximum: 4, buckets: 1000, characterBuckets: 400)

    private func pieces(_ text: String, _ features: NGramFeatures = features) -> [String] {
        let bytes = Array(text.utf8)
        let scalars = Array(text.unicodeScalars)
        return NGramHasher(features: features).places(in: bytes.span).pieces.map { piece in
            let word = String(decoding: bytes[piece.byteStart..<piece.byteEnd], as: UTF8.self)
            let counted = String(String.UnicodeScalarView(scalars[piece.start..<piece.end]))
            #expect(word == counted, "bytes and code points of '\(text)'")
            return word
        }
    }

    private static let everything = NGramFeatures(
        wordOrder: 3,
        cjkOrder: 5,
        characterOrderMinimum: 1,
        characterOrderMaximum: 16,
        skip: 2,
        foldsDigits: true,
        foldsHandles: true,
        buckets: 5000,
        characterBuckets: 2000
    )

    @Test(arguments: [false, true])
    func placesHaveTheFeaturesThatAreHashed(distinct: Bool) {
        var generator = SystemRandomNumberGenerator()
        var features = Self.everything
        features.distinct = distinct
        let hasher = NGramHasher(features: features)
        let alphabet = Array("ab'@_h tp0!。天ä😀\u{FEFF}\u{0}'\u{10FFFF}".unicodeScalars)
        for length in 0..<200 {
            var text = String.UnicodeScalarView()
            for _ in 0..<length { text.append(alphabet[Int(generator.next() % UInt64(alphabet.count))]) }
            let bytes = Array(String(text).utf8)
            var ids: [UInt32] = []
            _ = hasher.encode(bytes.span, into: &ids)
            let places = hasher.places(in: bytes.span)
            #expect(places.features.map(\.id).sorted() == ids.sorted(), "\(text.map(\.value))")
            #expect(
                places.features.allSatisfy {
                    $0.pieceCount > 0 && $0.firstPiece + $0.pieceCount <= places.pieces.count
                }
            )
            _ = pieces(String(text), features)
        }
    }

    @Test func piecesStandWhereTheTextHasThem() {
        #expect(pieces("Don’t 很好😀😀!!  sooooo\u{301}") == ["Don’t", "很", "好", "😀😀", "!!", "sooooo\u{301}"])
        #expect(pieces("哈哈哈哈哈 a") == ["哈", "哈", "哈哈哈", "a"])
        #expect(pieces("").isEmpty)
        #expect(pieces(" \n ").isEmpty)
    }

    @Test func anAddressOrANameIsOnePiece() {
        #expect(pieces("see http://a.b/c @ann_1!", Self.everything) == ["see", "http://a.b/c", "@ann_1", "!"])
    }

    @Test func aFeatureIsOfThePiecesThatItIsMadeOf() {
        let places = NGramHasher(features: Self.features).places(in: Array("big dog 很好".utf8).span)
        // <big>: 3 of three characters, 2 of four; then the n-grams of pieces up to three, and none of four with words.
        let counted = places.features.map { "\($0.firstPiece)+\($0.pieceCount)" }
        let words = Array(repeating: "0+1", count: 5) + Array(repeating: "1+1", count: 5)
        #expect(counted == words + ["0+1", "0+2", "0+3", "1+1", "1+2", "1+3", "2+1", "2+2", "3+1"])
    }

    @Test func aLongTextIsFollowedToTheLimit() {
        let text = Array(String(repeating: "好", count: 10).utf8) + Array(String(repeating: "ab ", count: 30_000).utf8)
        let places = NGramHasher(features: Self.features).places(in: text.span)
        #expect(places.pieces.last.map { $0.end <= NGramHasher.codePointsMaximum + 10 } == true)
    }
}

@Suite struct WordJointTests {
    @Test(arguments: [
        ("don't", 3, true), ("don't", 4, true), ("well-made", 4, true), ("a.b", 1, false), ("a b", 1, false),
        ("好的", 3, false), ("a好", 1, false), ("1ä", 1, true), ("ab", 0, false), ("ab", 2, false), ("", 0, false),
        ("it’s", 2, true),
    ])
    func wordsAreJoinedAsReadersRead(text: String, byte: Int, joins: Bool) {
        #expect(WordJoint.joins(Array(text.utf8).span, at: byte) == joins)
    }
}
