import JSONLines
import Testing

@Suite struct LineReaderTests {
    private func all(_ reader: LineReader) throws -> LineBlock {
        try reader.nextBlock(maximumRecords: .max, maximumBytes: .max) ?? LineBlock()
    }

    @Test(arguments: [1, 2, 3, 5, Int.max])
    func terminatorsAreCutOff(pieceBytes: Int) throws {
        let reader = try reader("one\r\ntwo\n\n  \t\r\nthree", pieceBytes: pieceBytes)
        let block = try all(reader)
        #expect(texts(block) == ["one", "two", "three"])
        #expect(block.lines.map(\.number) == [1, 2, 5])
        #expect(block.lines.map(\.byteOffset) == [0, 5, 15])
        #expect(reader.blankLines == 2)
        #expect(reader.nextLineNumber == 6)
        #expect(reader.nextByteOffset == 20)
        #expect(try reader.nextBlock(maximumRecords: 1, maximumBytes: 1) == nil)
    }

    @Test(arguments: [1, 2, Int.max])
    func theByteOrderMarkIsTakenOffAndSaid(pieceBytes: Int) throws {
        let marked = try reader("\u{FEFF}one\n\u{FEFF}\n\u{FEFF}two\n", pieceBytes: pieceBytes)
        let block = try all(marked)
        #expect(texts(block) == ["one", "\u{FEFF}two"])
        #expect(block.lines.map(\.byteOffset) == [3, 11])
        #expect(marked.sawByteOrderMark)
        let unmarked = try reader("one", pieceBytes: pieceBytes)
        #expect(try texts(all(unmarked)) == ["one"])
        #expect(!unmarked.sawByteOrderMark)
    }

    @Test(arguments: ["", "\n", "\r\n \n", "\u{FEFF}", "\u{FEFF}\n"])
    func blankInputHasNoLines(text: String) throws {
        #expect(try all(reader(text)).lines.isEmpty)
    }

    @Test func blocksEndAtEitherMaximum() throws {
        let text = "aa\nbb\ncc\ndddddddd\ne\n"
        let byCount = try reader(text)
        #expect(try byCount.nextBlock(maximumRecords: 2, maximumBytes: 100).map(texts) == ["aa", "bb"])
        #expect(byCount.nextLineNumber == 3)
        let skipped = try byCount.skipBlock(maximumRecords: 2, maximumBytes: 100)
        #expect(skipped?.count == 2)
        #expect(try byCount.nextBlock(maximumRecords: 2, maximumBytes: 100).map(texts) == ["e"])
        #expect(try byCount.skipBlock(maximumRecords: 2, maximumBytes: 100) == nil)
        let byBytes = try reader(text)
        #expect(try byBytes.nextBlock(maximumRecords: 9, maximumBytes: 5).map(texts) == ["aa", "bb"])
        #expect(byBytes.nextLineNumber == 3)
        #expect(byBytes.nextByteOffset == 6)
        #expect(try byBytes.nextBlock(maximumRecords: 9, maximumBytes: 5).map(texts) == ["cc"])
        #expect(try byBytes.nextBlock(maximumRecords: 9, maximumBytes: 5).map(texts) == ["dddddddd"])
        #expect(try byBytes.nextBlock(maximumRecords: 9, maximumBytes: 5).map(texts) == ["e"])
    }

    @Test func skippedBlocksAreThoseThatWouldBeRead() throws {
        var generator = SeededGenerator(state: 3)
        var text = ""
        for _ in 0..<2_000 {
            text += String(repeating: "x", count: Int.random(in: 0...60, using: &generator)) + "\n"
        }
        var limits = InputLimits()
        limits.lineBytesMaximum = 50
        limits.overlongLineKeptBytes = 8
        let whole = try reader(text, limits: limits)
        let mixed = try reader(text, limits: limits, pieceBytes: 97)
        var block = LineBlock()
        var turn = 0
        while try whole.nextBlock(into: &block, maximumRecords: 17, maximumBytes: 400) {
            if turn.isMultiple(of: 2) {
                #expect(try mixed.nextBlock(maximumRecords: 17, maximumBytes: 400) == block)
            } else {
                let skipped = try mixed.skipBlock(maximumRecords: 17, maximumBytes: 400)
                #expect(skipped?.count == block.lines.count)
            }
            #expect(mixed.nextLineNumber == whole.nextLineNumber)
            #expect(mixed.nextByteOffset == whole.nextByteOffset)
            turn += 1
        }
        #expect(turn > 50)
    }

    @Test func blocksSkippedInStepsAreThoseSkippedAtOnce() throws {
        var generator = SeededGenerator(state: 5)
        var text = ""
        for line in 0..<300 {
            let blanks = Int.random(in: 0...40, using: &generator)
            let length = line % 50 == 0 ? 5_000 : Int.random(in: 1...80, using: &generator)
            text += String(repeating: "\n", count: blanks) + String(repeating: "x", count: length) + "\r\n"
        }
        var limits = InputLimits()
        limits.lineBytesMaximum = 60
        limits.overlongLineKeptBytes = 8
        let whole = try reader(text, limits: limits, pieceBytes: 97)
        let stepped = try reader(text, limits: limits, pieceBytes: 97)
        var moreCount = 0
        while true {
            let expected = try whole.skipBlock(maximumRecords: 17, maximumBytes: 400)
            var step = SkipStep.more
            while step == .more {
                step = try stepped.skipBlock(maximumRecords: 17, maximumBytes: 400, stepBytes: 150)
                if step == .more { moreCount += 1 }
            }
            #expect(step == expected.map(SkipStep.block) ?? .end)
            #expect(stepped.nextLineNumber == whole.nextLineNumber)
            #expect(stepped.nextByteOffset == whole.nextByteOffset)
            if expected == nil { break }
        }
        #expect(moreCount > 50)
        #expect(stepped.isAtEnd)
    }

    @Test(arguments: [1, 3, Int.max])
    func overlongLinesKeepTheirBeginning(pieceBytes: Int) throws {
        var limits = InputLimits()
        limits.lineBytesMaximum = 10
        limits.overlongLineKeptBytes = 4
        let text = "0123456789\r\n0123456789A\nab\u{4F60}\u{4F60}\u{4F60}\u{4F60}\r\nlast line is long"
        let block = try all(reader(text, limits: limits, pieceBytes: pieceBytes))
        #expect(texts(block) == ["0123456789", "0123", "ab", "last"])
        #expect(block.lines.map(\.fullLength) == [nil, 11, 14, 17])
        #expect(block.lines.map(\.byteOffset) == [0, 12, 24, 40])
        #expect(block.lines.map(\.number) == [1, 2, 3, 4])
    }

    @Test func aLineFarBeyondTheWindowIsPassedOver() throws {
        var limits = InputLimits()
        limits.lineBytesMaximum = 1_000
        let text = String(repeating: "y", count: 3 << 20) + "\r\nnext\n"
        let block = try all(reader(text, limits: limits, pieceBytes: 100_000))
        #expect(block.lines.map(\.fullLength) == [3 << 20, nil])
        #expect(block.lines.map(\.range.count) == [1_000, 4])
        #expect(block.lines[1].byteOffset == (3 << 20) + 2)
    }

    @Test func aLineAsLongAsTheLimitIsWhole() throws {
        let text = String(repeating: "z", count: 1 << 20)
        let block = try all(reader(text + "\n" + text + "\r\n" + text, pieceBytes: 65_521))
        #expect(block.lines.map(\.fullLength) == [nil, nil, nil])
        #expect(texts(block) == [text, text, text])
    }

    @Test func blockEndsWhereTheSenderPauses() throws {
        // Each call of the source is all that has come when the sender pauses.
        var pieces = ["\n", "{", "}\n{}\n{", "}", ""].map { Array($0.utf8) }
        let stream = try DecodedStream(.none) { buffer in
            let piece = pieces.removeFirst()
            buffer.copyBytes(from: piece)
            return piece.count
        }
        let reader = LineReader(stream, isReady: { false })
        var blocks: [[String]] = []
        var numbers: [Int] = []
        while !reader.isAtEnd {
            let block = try reader.nextBlock(maximumRecords: 10, maximumBytes: 1000)
            blocks.append(block.map(texts) ?? [])
            numbers.append(reader.nextLineNumber)
        }
        // The blank line is a block of its own: it passed while the next was not there yet.
        #expect(blocks == [[], ["{}", "{}"], ["{}"]])
        #expect(numbers == [2, 4, 5])
    }

    @Test func partsGoOnCounting() throws {
        let first = try reader("a\nb\n")
        _ = try all(first)
        let stream = try DecodedStream(.none, source: source(Array("c\n".utf8)))
        let second = LineReader(
            stream,
            firstLineNumber: first.nextLineNumber,
            firstByteOffset: first.nextByteOffset
        )
        let block = try all(second)
        #expect(block.lines.map(\.number) == [3])
        #expect(block.lines.map(\.byteOffset) == [4])
    }
}
