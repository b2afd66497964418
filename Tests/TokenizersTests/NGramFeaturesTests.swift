import Testing
import Tokenizers

@Suite struct NGramFeaturesTests {
    @Test func whatIsOutOfRangeIsNamed() {
        #expect(NGramFeatures(buckets: 100).problem == nil)
        #expect(NGramFeatures(wordOrder: 0, buckets: 100).problem?.contains("word order is 0") == true)
        #expect(NGramFeatures(characterOrderMinimum: 5, characterOrderMaximum: 3, buckets: 100).problem != nil)
        #expect(NGramFeatures(buckets: 100, characterBuckets: 100).problem?.contains("100") == true)
        #expect(NGramFeatures(buckets: 1 << 29).problem != nil)
    }
}
