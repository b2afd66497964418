import BatchCore
import BatchTesting
import Testing

@testable import Spool

/// A shard file is taken only where it is whole, unchanged, and of this shard and model.
@Suite struct ShardFileTests {
    private let model = MarkedTextModel()

    private func file(labels: [String: Int] = ["odd": 2]) throws -> ShardFile {
        let summary = ShardSummary(
            index: 3,
            records: 3,
            results: 2,
            errors: 1,
            resultsBytes: 5,
            errorsBytes: 4,
            sha256: "",
            model: model.identity,
            truncated: 0,
            labels: labels,
            confidence: [],
            errorCodes: ["poison": 1],
            tokens: 4,
            batches: 1,
            batchBudgetTokens: 64,
            seconds: StageSeconds()
        )
        return try ShardFile(frames: Array("frame+err".utf8), summary: summary)
    }

    private func read(_ bytes: [UInt8], index: Int = 3, records: Int = 3) -> ShardFile? {
        ShardFile(bytes: bytes, index: index, records: records, model: model.identity)
    }

    @Test func aWholeFileGivesItsFramesBack() throws {
        let back = try #require(read(file().bytes))
        #expect(Array(back.results) == Array("frame".utf8))
        #expect(Array(back.errors) == Array("+err".utf8))
    }

    @Test func everyChangedByteIsNoticed() throws {
        let bytes = try file().bytes
        // The skippable frame's header is for other readers; the footer is found from the end.
        let header = 9..<17
        for position in bytes.indices where !header.contains(position) {
            var changed = bytes
            changed[position] ^= 0x10
            #expect(read(changed) == nil, "byte \(position)")
        }
    }

    @Test func everyCutIsNoticed() throws {
        let bytes = try file().bytes
        for count in 0..<bytes.count {
            #expect(read(Array(bytes[..<count])) == nil, "\(count) bytes")
        }
    }

    @Test func anotherShardsFileIsRefused() throws {
        let bytes = try file().bytes
        #expect(read(bytes, index: 4) == nil)
        #expect(read(bytes, records: 2) == nil)
        let other = ModelIdentity(name: "marked", version: 2, weightsSHA256: "", precision: "exact")
        #expect(ShardFile(bytes: bytes, index: 3, records: 3, model: other) == nil)
    }

    @Test func aThousandLongLabelsFit() throws {
        let labels = Dictionary(
            uniqueKeysWithValues: (0..<1000).map { (String(repeating: "x", count: 120) + "\($0)", 1) }
        )
        #expect(try read(file(labels: labels).bytes) != nil)
    }

    @Test func aBrokenSealIsNoDocument() throws {
        let sealed = try DocumentCoding.seal(JobName(queue: "q", key: "k"))
        #expect(try DocumentCoding.unseal(JobName.self, from: sealed) == JobName(queue: "q", key: "k"))
        for count in 0..<sealed.count {
            #expect(try DocumentCoding.unseal(JobName.self, from: Array(sealed[..<count])) == nil)
        }
        var changed = sealed
        changed[5] ^= 1
        #expect(try DocumentCoding.unseal(JobName.self, from: changed) == nil)
    }
}
