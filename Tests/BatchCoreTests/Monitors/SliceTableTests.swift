import Testing

@testable import BatchCore

@Suite struct SliceTableTests {
    @Test func recordsAreCountedByValueAndLabel() {
        var table = SliceTable(field: "company")
        for label in ["negative", "positive", "negative"] { table.count(value: "ACME", labels: [label]) }
        table.count(value: nil, labels: ["positive"])
        #expect(table["ACME"] == SliceCounts(records: 3, labels: ["negative": 2, "positive": 1]))
        #expect(table.other == SliceCounts(records: 1, labels: ["positive": 1]))
    }

    @Test func valuesComeLargestFirstThenByName() {
        var table = SliceTable(field: "company")
        for (value, records) in [("b", 2), ("a", 2), ("c", 3)] as [(GroupValue, Int)] {
            table.add(SliceCounts(records: records), to: value)
        }
        #expect(table.values.map(\.value) == ["c", "a", "b"])
    }

    @Test func theLargestStayAndTheRestIsCountedTogether() {
        var table = SliceTable(field: "id")
        let groups = SliceLimits.groupsMaximum + 5
        for number in 0..<groups { table.add(SliceCounts(records: number + 1), to: "g\(number)") }
        table.cut()
        #expect(table.groupCount == SliceLimits.groupsMaximum)
        #expect(table["g4"] == nil)
        #expect(table["g5"]?.records == 6)
        #expect(table.other.records == 1 + 2 + 3 + 4 + 5)
    }

    @Test func manyMoreValuesThanFitKeepEveryRecordAndTheLimit() {
        var table = SliceTable(field: "id")
        var random = SplitMix64(seed: 3)
        for _ in 0..<60_000 {
            table.count(value: "g\(Int.random(in: 0..<1_000_000, using: &random))", labels: ["a"])
            table.count(value: "large", labels: ["a"])
            #expect(table.groupCount <= 2 * SliceLimits.groupsMaximum)
        }
        table.cut()
        #expect(table["large"]?.records == 60_000)
        let counted = table.values.reduce(0) { $0 + $1.counts.records }
        #expect(counted + table.other.records == 120_000)
    }

    @Test func valuesThatUnicodeHoldsForEqualAreTwoGroups() throws {
        let composed: GroupValue = "\u{E9}"
        let combined: GroupValue = "e\u{301}"
        #expect(composed.text == combined.text)
        #expect(composed != combined)
        var table = SliceTable(field: "company")
        table.add(SliceCounts(records: 2), to: composed)
        table.add(SliceCounts(records: 1), to: combined)
        let other = SliceTable(field: "company")
        table.add(other)
        #expect(table.values.map(\.counts.records) == [2, 1])
        #expect(table[combined]?.records == 1)
        let subjects = [composed, combined].map { AlarmSubject(monitor: "m", group: $0) }
        #expect(Set(subjects).count == 2)
    }

    @Test func longValuesAreNoGroups() {
        var table = SliceTable(field: "id")
        table.count(value: GroupValue(String(repeating: "x", count: SliceLimits.valueBytesMaximum + 1)), labels: ["a"])
        #expect(table.groupCount == 0)
        #expect(table.other.records == 1)
    }

    @Test func longValuesAreBoundedTogether() {
        var table = SliceTable(field: "id")
        let padding = String(repeating: "x", count: 200)
        for number in 0..<9_000 { table.count(value: "\(padding)\(number)", labels: ["a"]) }
        table.cut()
        #expect(table.groupCount < SliceLimits.bytesMaximum / 200)
        #expect(table.groupCount > 3_000)
    }

    @Test func aSumDoesNotDependOnWhichShardWasDoneFirst() {
        let shards = (0..<3).map { shard in
            var table = SliceTable(field: "company")
            for number in 0..<20 { table.count(value: "c\(number % (shard + 3))", labels: ["l\(number % 2)"]) }
            return table
        }
        var forward = SliceTable(field: "company")
        var backward = SliceTable(field: "company")
        for table in shards { forward.add(table) }
        for table in shards.reversed() { backward.add(table) }
        #expect(forward == backward)
    }
}
