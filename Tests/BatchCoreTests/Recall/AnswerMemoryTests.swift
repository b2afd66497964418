import BatchTesting
import Testing

@testable import BatchCore

/// A memory gives back what it was given, or nothing, and never grows beyond its size.
@Suite struct AnswerMemoryTests {
    private func digest(_ number: UInt64) -> TextDigest {
        TextDigest(prefix: number, bytes: [UInt8]().span, key: DigestKey(first: 1, second: 2))
    }

    /// The answer of so many numbers that belongs to a digest.
    private func answer(_ number: UInt64, columns: Int) -> [UInt64] {
        var rows = PredictionRows(columns: columns)
        for column in 0..<columns { rows.values.append(Float(number) + Float(column) / 64) }
        var words: [UInt64] = []
        let text = EncodedText(inputTokens: Int(number), truncated: number % 2 == 0, windows: Int(number % 7))
        #expect(PackedAnswer.append(record: 0, of: rows, encoded: text, to: &words))
        return words
    }

    @Test(arguments: [1, 2, 3, 8, 200])
    func whatIsFoundIsWhatWasRememberedHoweverOftenAllIsOverwritten(columns: Int) {
        let memory = AnswerMemory(bytes: columns > 8 ? 4 << 20 : 256 << 10)
        var found = 0
        for number in 0..<20_000 as Range<UInt64> {
            memory.insert(digest(number), origin: UInt32(number), answer: answer(number, columns: columns).span)
            let asked = number < 500 ? number : number - number % 500
            var rows = PredictionRows(columns: columns)
            guard let recalled = memory.find(digest(asked), into: &rows) else { continue }
            found += 1
            var words: [UInt64] = []
            _ = PackedAnswer.append(record: 0, of: rows, encoded: recalled.encoded, to: &words)
            #expect(words == answer(asked, columns: columns) && recalled.origin == UInt32(asked))
        }
        #expect(found > 15_000)
        var rows = PredictionRows(columns: columns)
        let early = (0..<500 as Range<UInt64>).count { memory.find(digest($0), into: &rows) != nil }
        #expect(early == 0, "so small a memory has forgotten the first of 20,000 answers")
    }

    @Test func nearlyAllIsFoundThatFits() {
        let memory = AnswerMemory(bytes: 4 << 20)
        // Five words an answer; three quarters of the memory hold them.
        let count = UInt64((4 << 20) / 2 / 40)
        for number in 0..<count { memory.insert(digest(number), origin: 0, answer: answer(number, columns: 2).span) }
        var rows = PredictionRows(columns: 2)
        let found = (0..<count).count { memory.find(digest($0), into: &rows) != nil }
        #expect(Double(found) > 0.99 * Double(count))
    }

    @Test func nothingIsLostWhileTheIndexGrows() {
        let memory = AnswerMemory()
        var rows = PredictionRows(columns: 2)
        for count in [300, 3000, 30_000] as [UInt64] {
            for number in 0..<count {
                memory.insert(digest(number), origin: 0, answer: answer(number, columns: 2).span)
            }
            let found = (0..<count).count { memory.find(digest($0), into: &rows) != nil }
            #expect(Double(found) > 0.98 * Double(count), "\(count)")
            rows.removeAll()
        }
    }

    @Test func anAnswerTooLongForASegmentIsNotRemembered() {
        let memory = AnswerMemory(bytes: 1 << 20)
        memory.insert(digest(1), origin: 0, answer: answer(1, columns: 4096).span)
        var rows = PredictionRows(columns: 4096)
        #expect(memory.find(digest(1), into: &rows) == nil)
        #expect(rows.count == 0)
    }

    @Test(arguments: [0, 1, 4096])
    func aMemoryWithoutRoomRemembersNothing(bytes: Int) {
        let memory = AnswerMemory(bytes: bytes)
        memory.insert(digest(1), origin: 0, answer: answer(1, columns: 3).span)
        var rows = PredictionRows(columns: 3)
        #expect(memory.find(digest(1), into: &rows) == nil)
    }

    @Test func entitiesComeBackAsTheyWere() {
        var rows = PredictionRows(columns: 0)
        for count in [0, 1, 3] {
            for index in 0..<count {
                rows.entities.append(
                    EntitySpan(
                        start: index,
                        end: 70_000 + index,
                        byteStart: 5,
                        byteEnd: 1 << 28,
                        label: index,
                        score: .leastNonzeroMagnitude
                    )
                )
            }
            rows.endEntities()
        }
        var words: [UInt64] = []
        let text = EncodedText(inputTokens: 5, truncated: true, windows: 3)
        for record in 0..<3 { #expect(PackedAnswer.append(record: record, of: rows, encoded: text, to: &words)) }
        var back = PredictionRows(columns: 0)
        var rest = words.span
        while let (encoded, count) = PackedAnswer.read(rest, into: &back) {
            #expect(encoded == text)
            rest = rest.extracting(droppingFirst: count)
        }
        let left = rest.count
        #expect(left == 0)
        #expect(back.entities == rows.entities && back.entityEnds == rows.entityEnds)
    }

    @Test(arguments: [0, 1, 2, 5])
    func wordsThatEndTooSoonAreNoAnswer(columns: Int) {
        for count in 0..<1 + (columns + 1) / 2 {
            let words = [UInt64](repeating: .max, count: count)
            var rows = PredictionRows(columns: columns)
            #expect(PackedAnswer.read(words.span, into: &rows) == nil)
            #expect(rows.count == 0)
        }
    }

    @Test func aNumberOfEntitiesBeyondTheWordsIsNoAnswer() {
        for claimed in [1, 2, UInt64.max / 3, .max] {
            var rows = PredictionRows(columns: 0)
            #expect(PackedAnswer.read([0, claimed, 0, 0].span, into: &rows) == nil)
            #expect(rows.entities.isEmpty)
        }
    }
}
