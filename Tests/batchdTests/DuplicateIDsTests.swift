import Testing

@testable import batchd

@Suite struct DuplicateIDsTests {
    @Test func equalHashesOfOtherIDsAreNoDuplicates() {
        var duplicates = DuplicateIDs()
        duplicates.add(Array("a".utf8))
        duplicates.add(Array("a".utf8))
        // The second reading finds that only one record has the id, as if another had had its hash.
        duplicates.confirm(Array("a".utf8), line: 1)
        #expect(duplicates.hasCandidates)
        #expect(duplicates.count == 0)
    }

    @Test func tableGrowsOnceAndKeepsWhatItHolds() {
        var table = HashTable(slots: 20)
        for hash in 1...18 as ClosedRange<UInt64> { #expect(table.insert(hash &* 0x9E37_79B9_7F4A_7C15) == .inserted) }
        #expect(table.insert(1) == .full)
        #expect(table.insert(18 &* 0x9E37_79B9_7F4A_7C15) == .known)
        var larger = table.enlarged(to: 100)
        for hash in 1...18 as ClosedRange<UInt64> { #expect(larger.insert(hash &* 0x9E37_79B9_7F4A_7C15) == .known) }
        #expect(larger.insert(1) == .inserted)
    }

    @Test func bothTablesTogetherKeepTo128MiB() {
        let bytes = (HashTable.smallSlots + HashTable.largeSlots) * MemoryLayout<UInt64>.stride
        #expect(bytes == 128 << 20)
        // The most records that a file may have by default find room.
        #expect(HashTable.largeSlots / 10 * 9 > 10_000_000)
    }

    @Test func binsAreBoundedByPowersOfTwo() {
        var histogram = LengthHistogram()
        for length in [1, 2, 3, 8] { histogram.add(length) }
        #expect(histogram.bins.map(\.from) == [1, 2, 4, 8])
        #expect(histogram.bins.map(\.to) == [1, 3, 7, 15])
        #expect(histogram.bins.map(\.count) == [1, 2, 0, 1])
    }
}
