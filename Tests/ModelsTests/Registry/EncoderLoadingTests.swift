import BatchCore
import Foundation
import Testing

@testable import Models

/// What loading keeps beside the weights of a registered encoder, and when it is of no use any more.
@Suite struct EncoderLoadingTests {
    /// Runs a test on a registered encoder.
    private func withAdded(_ name: String = "bert-sequence", _ body: (EncoderFixture) throws -> Void) throws {
        try ModelFixture.withDirectory { root in
            let added = try ModelRegistry(root: root).add(name: "topic", from: EncoderFixture.path(name))
            try body(EncoderFixture(directory: added.path))
        }
    }

    private func load(_ copy: EncoderFixture) throws -> any BatchModel { try ModelDirectory(copy.directory).load() }

    private func caches(of copy: EncoderFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: copy.directory).filter { $0.hasPrefix("packed-") }.sorted()
    }

    private func answer(_ text: String, of model: any BatchModel) throws -> (tokens: [UInt32], values: [Float]) {
        let session = try model.makeSession()
        var batch = PackedBatch()
        let bytes = Array(text.utf8)
        _ = session.encode(bytes.span, pair: nil, onLong: .truncate, into: &batch)
        var rows = PredictionRows(columns: model.valuesPerRecord)
        try session.predict(batch, into: &rows)
        return (batch.tokens, rows.values)
    }

    @Test func theSecondTimeComesFromTheCache() throws {
        try withAdded { copy in
            let first = try answer("a bad face", of: load(copy))
            #expect(try caches(of: copy).count == 1)
            // Whoever packed again would refuse this.
            try copy.rewrite(data: { $0.removeLast(4) })
            let second = try answer("a bad face", of: load(copy))
            #expect(second == first)
        }
    }

    @Test func aModelThatWasAddedIsPackedForAuto() throws {
        try ModelFixture.withDirectory { root in
            let registry = ModelRegistry(root: root)
            var added = try registry.add(name: "topic", from: EncoderFixture.path("bert-sequence"))
            registry.pack(&added)
            let packed = try caches(of: EncoderFixture(directory: added.path))
            let precision = try registry.load(.version(name: "topic", 1)).identity.precision
            #expect(added.packing?.precision == precision && added.warnings.isEmpty)
            #expect(packed.count == 1 && packed[0].hasSuffix("-\(precision).bin"))
            var other = try registry.add(name: "topic", from: EncoderFixture.path("roberta-sequence"))
            registry.pack(&other)
            #expect(other.packing == nil && other.warnings.count == 1)
        }
    }

    @Test func otherHeadsOfAsManyBytesArePackedAnew() throws {
        try withAdded { copy in
            let two = try answer("a bad face", of: load(copy))
            try copy.replace(#""num_attention_heads": 2"#, with: #""num_attention_heads": 1"#, in: "config.json")
            try EncoderFixture.withCopy(of: "bert-sequence") { bare in
                try bare.replace(#""num_attention_heads": 2"#, with: #""num_attention_heads": 1"#, in: "config.json")
                let one = try answer("a bad face", of: load(bare))
                let again = try answer("a bad face", of: load(copy))
                #expect(again == one && one.values != two.values)
            }
        }
    }

    @Test func anotherTokenizerIsReadAnew() throws {
        try withAdded { copy in
            #expect(try answer("bad", of: load(copy)).tokens == [2, 41, 3])
            try copy.replace(#""ab":40,"bad":41"#, with: #""ab":41,"bad":40"#, in: "tokenizer.json")
            #expect(try answer("bad", of: load(copy)).tokens == [2, 40, 3])
        }
    }

    @Test func weightsThatWereAlteredAreRefused() throws {
        try withAdded { copy in
            let begin = try copy.offsets(of: "classifier.bias").lowerBound
            try copy.rewrite(data: { $0[$0.startIndex + begin] ^= 1 })
            let text = message { _ = try load(copy) }
            #expect(text?.contains("model.safetensors in '\(copy.directory)' is not what model.json") == true)
            let caches = try caches(of: copy)
            #expect(caches.isEmpty)
        }
    }

    @Test func whatKilledWritersLeftIsSwept() throws {
        try withAdded { copy in
            // No process has a number beyond 2^22.
            let dead = "packed-avx2-int8.bin.99999999.1.tmp"
            let alive = "packed-avx2-int8.bin.\(getpid()).1.tmp"
            for name in [dead, alive] { try Data([0]).write(to: copy.file(name)) }
            _ = try load(copy)
            let caches = try caches(of: copy)
            #expect(!caches.contains(dead) && caches.contains(alive) && caches.count == 2)
        }
    }

    @Test func aModelIsLoadedWhereNoCacheCanBeWritten() throws {
        try withAdded { copy in
            _ = try load(copy)
            let written = try caches(of: copy)
            let cache = try #require(written.first)
            try FileManager.default.removeItem(at: copy.file(cache))
            // A directory in the cache's place is in the way of any user, root included.
            try FileManager.default.createDirectory(at: copy.file("\(cache)/x"), withIntermediateDirectories: true)
            #expect(try answer("bad", of: load(copy)).tokens == [2, 41, 3])
            #expect(try caches(of: copy) == [cache])
        }
    }

    @Test func aTokenizerOfAnotherKindIsRefusedBeforePacking() throws {
        try withAdded("roberta-sequence") { copy in
            #expect(message { _ = try load(copy) }?.contains("cannot read texts: its tokenizer is of kind BPE") == true)
            let caches = try caches(of: copy)
            #expect(caches.isEmpty)
        }
    }
}
