import BatchCore
import Testing

@testable import Spool

/// A file of answers is read up to its first damage, and nothing that was not written is ever read.
@Suite struct CacheBlockTests {
    private let key = DigestKey(first: 3, second: 4)
    private static let columns = 3

    /// So many answers of three words, each behind its digest, of numbers that follow from the digest.
    private func learned(_ numbers: Range<UInt64>) -> [UInt64] {
        numbers.flatMap { [$0, ~$0, $0 << 32 | 2, $0 &* 7, $0 &* 11] }
    }

    private func read(_ bytes: [UInt8], columns: Int = columns, key: DigestKey? = nil) -> (
        answers: [UInt64], whole: Bool
    ) {
        var answers: [UInt64] = []
        let isWhole = CacheBlock.read(bytes, columns: columns, key: key ?? self.key) { digest, answer in
            answers += [digest.low, digest.high] + answer.indices.map { answer[$0] }
        }
        return (answers, isWhole)
    }

    private func file(_ parts: [Range<UInt64>]) -> [UInt8] {
        parts.flatMap { CacheBlock.blocks(of: learned($0), columns: Self.columns, key: key).joined() }
    }

    @Test func allThatWasWrittenIsReadBack() {
        let found = read(file([0..<5, 5..<6, 6..<40]))
        #expect(found.answers == learned(0..<40) && found.whole)
        #expect(read([]).whole)
    }

    @Test func aFileCutAnywhereGivesTheBlocksBeforeTheCut() {
        let bytes = file([0..<3, 3..<9])
        let firstBytes = file([0..<3]).count
        for count in 0..<bytes.count {
            let found = read(Array(bytes[..<count]))
            #expect(found.answers == (count < firstBytes ? [] : learned(0..<3)))
            #expect(found.whole == (count == 0 || count == firstBytes))
        }
    }

    @Test func aChangedBitAnywhereGivesTheBlocksBeforeIt() {
        let bytes = file([0..<2, 2..<5])
        let firstBytes = file([0..<2]).count
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                let found = read(changed)
                #expect(found.answers == (index < firstBytes ? [] : learned(0..<2)) && !found.whole)
            }
        }
    }

    @Test func anotherSecretOrShapeReadsNothing() {
        let bytes = file([0..<5])
        #expect(read(bytes, key: DigestKey(first: 3, second: 5)).answers.isEmpty)
        #expect(read(bytes, columns: 4).answers.isEmpty)
        #expect(read(bytes, columns: 0).answers.isEmpty)
    }

    @Test func manyAnswersAreCutIntoBlocks() {
        let many = learned(0..<60_000)
        let blocks = CacheBlock.blocks(of: many, columns: Self.columns, key: key)
        #expect(blocks.count == 3)
        #expect(blocks.allSatisfy { $0.count <= CacheBlock.headBytes + CacheBlock.payloadBytesMaximum })
        #expect(read(Array(blocks.joined())).answers == many)
    }

    @Test func anAnswerTooLongForABlockIsLeftOut() {
        let columns = CacheBlock.payloadBytesMaximum / 4
        let short: [UInt64] = [1, 2, 0] + [UInt64](repeating: 9, count: columns / 2)
        #expect(CacheBlock.blocks(of: short, columns: columns, key: key).isEmpty)
        // Entities: the first and the last have none, the one between has more than fit.
        let entities = CacheBlock.payloadBytesMaximum / 24
        let long: [UInt64] = [3, 4, 0, UInt64(entities)] + [UInt64](repeating: 7, count: 3 * entities)
        let blocks = CacheBlock.blocks(of: [1, 2, 0, 0] + long + [5, 6, 0, 0], columns: 0, key: key)
        #expect(read(Array(blocks.joined()), columns: 0).answers == [1, 2, 0, 0, 5, 6, 0, 0])
    }
}
