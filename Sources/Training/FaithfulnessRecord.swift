import BatchCore
import Tokenizers

/// One text, its words, and its variants with and without some of them.
struct FaithfulnessRecord {
    private let text: [UInt8]
    private let words: [Range<Int>]

    /// Cuts a text into words, single CJK characters and runs of one symbol.
    init(_ text: [UInt8], cutter: NGramHasher) {
        self.text = text
        words = cutter.places(in: text.span).pieces.map { $0.byteStart..<$0.byteEnd }
    }

    /// A hasher that cuts words, and hashes nothing that matters.
    static func makeCutter() -> NGramHasher {
        NGramHasher(
            features: NGramFeatures(
                wordOrder: 1,
                cjkOrder: 1,
                characterOrderMaximum: 0,
                buckets: 4,
                characterBuckets: 1
            )
        )
    }

    /// How many words there are.
    var wordCount: Int { words.count }

    /// The words, by number, that a stretch of the text has a part of.
    func words(of stretch: ExplainedStretch) -> Range<Int> {
        let first = words.firstIndex { $0.upperBound > stretch.byteStart } ?? words.count
        let end = words[first...].firstIndex { $0.lowerBound >= stretch.byteEnd } ?? words.count
        return first..<end
    }

    /// As many runs of words as given, as long as these, where chance has them; no word twice.
    ///
    /// Where chance finds no room for a run, it takes as many words that lie apart.
    func randomWords(like runs: [Range<Int>], using random: inout SplitMix64) -> Set<Int> {
        var taken: Set<Int> = []
        for run in runs {
            var placed = false
            for _ in 0..<Self.triesMaximum where !placed {
                let first = Int.random(in: 0...(words.count - run.count), using: &random)
                placed = taken.isDisjoint(with: first..<first + run.count)
                if placed { taken.formUnion(first..<first + run.count) }
            }
            if !placed {
                let free = words.indices.filter { !taken.contains($0) }.shuffled(using: &random)
                taken.formUnion(free.prefix(run.count))
            }
        }
        return taken
    }

    private static let triesMaximum = 30

    /// The text without some of its words.
    func without(_ left: Set<Int>) -> [UInt8] {
        var rest: [UInt8] = []
        var next = 0
        for (index, word) in words.enumerated() where left.contains(index) {
            rest += text[next..<word.lowerBound]
            next = word.upperBound
        }
        return rest + text[next...]
    }

    /// Nothing of the text but some of its words, with what is between those that are neighbours.
    func only(_ kept: Set<Int>) -> [UInt8] {
        without(Set(words.indices).subtracting(kept))
    }
}
