import BatchCore
import Testing

@Suite struct PackedBatchTests {
    @Test func aRecordIsOneSequenceUnlessItIsCut() {
        var batch = PackedBatch()
        batch.tokens += [1, 2, 3]
        batch.endRecord()
        batch.tokens += [4]
        batch.endSequence()
        batch.tokens += [5, 6]
        batch.endSequence()
        batch.endRecord()
        #expect(batch.ends == [3, 4, 6])
        #expect(batch.recordEnds == [1, 3])
        #expect(batch.sequences(ofRecord: 1) == 1..<3)
        #expect(batch.tokenRange(ofSequence: 2) == 4..<6)
    }

    @Test func theLastSequenceIsClosedWithItsRecord() {
        var batch = PackedBatch()
        batch.tokens += [1]
        batch.endSequence()
        batch.tokens += [2]
        batch.endRecord()
        #expect(batch.ends == [1, 2])
        #expect(batch.recordEnds == [2])
    }

    @Test func aRecordWithoutTokensHasAnEmptySequence() {
        var batch = PackedBatch()
        batch.endRecord()
        batch.endRecord()
        #expect(batch.ends == [0, 0])
        #expect(batch.recordCount == 2)
        #expect(batch.sequenceCount == 2)
    }

    @Test func aRecordThatIsTakenOutLeavesNothingBehind() {
        var batch = PackedBatch()
        batch.tokens += [1]
        batch.types += [0]
        batch.endRecord()
        let before = batch
        batch.tokens += [2, 3]
        batch.types += [0, 1]
        batch.endSequence()
        batch.tokens += [4]
        batch.types += [1]
        batch.endRecord()
        batch.removeLastRecord()
        #expect(batch.tokens == before.tokens)
        #expect(batch.types == before.types)
        #expect(batch.spans.isEmpty)
        #expect(batch.ends == before.ends)
        #expect(batch.recordEnds == before.recordEnds)
    }
}
