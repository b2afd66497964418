import JSONLines
import Testing

@Suite struct DecodedStreamTests {
    private let text = Array(String(repeating: "{\"text\":\"a line\"}\n", count: 3_000).utf8)

    private func code(
        _ bytes: [UInt8],
        _ compression: Compression = .zstd,
        limits: InputLimits = InputLimits()
    ) throws -> JSONLinesError.Code? {
        let stream = try DecodedStream(compression, limits: limits, source: source(bytes))
        do {
            _ = try readAll(stream)
            return nil
        } catch let error as JSONLinesError {
            return error.code
        }
    }

    @Test(arguments: [1, 7, 4_096, Int.max])
    func framesComeOutEndToEndWhateverThePieces(pieceBytes: Int) throws {
        var file = try frame(Array(text[..<10_000])) + frame([])
        ZstdEncoder.appendSkippableFrame(Array("{\"parent\":\"night1\"}".utf8), to: &file)
        file += try frame(Array(text[10_000...]))
        let stream = try DecodedStream(.zstd, source: source(file, pieceBytes: pieceBytes))
        #expect(try readAll(stream, bufferBytes: pieceBytes == 1 ? 13 : 1 << 16) == text)
        #expect(stream.statistics.frames == 4)
        #expect(stream.statistics.compressedBytes == file.count)
        #expect(stream.statistics.decodedBytes == text.count)
        #expect(stream.statistics.everyFrameHasChecksum)
        #expect(stream.statistics.skippablePayloads == [Array("{\"parent\":\"night1\"}".utf8)])
    }

    @Test func plainBytesPassThrough() throws {
        let stream = try DecodedStream(.none, source: source(text, pieceBytes: 100))
        #expect(try readAll(stream) == text)
        #expect(stream.statistics.frames == 0)
        #expect(!stream.statistics.everyFrameHasChecksum)
    }

    @Test func foreignSkippableFramesAreNotKept() throws {
        let foreign: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let stream = try DecodedStream(.zstd, source: source(foreign + frame(text)))
        #expect(try readAll(stream) == text)
        #expect(stream.statistics.skippablePayloads.isEmpty)
    }

    @Test func payloadsBeyondTheLimitAreDroppedAndCounted() throws {
        var file: [UInt8] = []
        ZstdEncoder.appendSkippableFrame([1, 2, 3, 4], to: &file)
        var limits = InputLimits()
        limits.skippablePayloadBytesMaximum = 3
        let stream = try DecodedStream(.zstd, limits: limits, source: source(file))
        #expect(try readAll(stream).isEmpty)
        #expect(stream.statistics.droppedSkippablePayloads == 1)
        #expect(stream.statistics.skippablePayloads.isEmpty)
    }

    @Test func everyCutIsTruncated() throws {
        let whole = try frame(Array("some content that is long enough".utf8))
        for length in 0..<whole.count {
            #expect(try code(Array(whole[..<length])) == .zstdTruncated, "cut at \(length)")
        }
    }

    @Test func noFlippedBitChangesTheContent() throws {
        let content = Array(text[..<300])
        let whole = try frame(content)
        for bit in 0..<whole.count * 8 {
            var flipped = whole
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            // A few bits of a frame mean nothing, and libzstd passes over them.
            let stream = try DecodedStream(.zstd, source: source(flipped))
            if let decoded = try? readAll(stream) { #expect(decoded == content, "bit \(bit)") }
        }
    }

    @Test func damageHasItsCode() throws {
        var file = try frame(Array("stored as it is".utf8))
        file[file.count - 1] ^= 1
        #expect(try code(file) == .zstdChecksum)
        // A block of the reserved type 3.
        #expect(try code([0x28, 0xB5, 0x2F, 0xFD, 0x20, 2, 0x17, 0, 0, 0x61, 0x62]) == .zstdCorrupt)
    }

    @Test(arguments: [27, 40, 41] as [UInt8])
    func aWindowBeyondAnyLimitIsNamedAsWell(windowLog: UInt8) throws {
        // A header with a window and no content size, then an empty last block.
        let file = [0x28, 0xB5, 0x2F, 0xFD, 0x00, (windowLog - 10) << 3, 1, 0, 0]
        let stream = try DecodedStream(.zstd, source: source(file))
        let error = #expect(throws: JSONLinesError.self) { try readAll(stream) }
        #expect(error?.code == .zstdWindowTooLarge)
        #expect(error?.message.contains("the limit is 8388608") == true)
    }

    @Test func errorsComeAgain() throws {
        let stream = try DecodedStream(.zstd, source: source(Array("not zstd at all".utf8)))
        for _ in 0..<2 {
            #expect(throws: JSONLinesError.self) { try readAll(stream) }
        }
    }

    @Test func bytesBehindTheLastFrameAreNamed() throws {
        #expect(try code(frame(text) + Array("garbage".utf8)) == .zstdBadMagic)
        #expect(try code(Array("{\"text\":\"plain\"}\n".utf8)) == .zstdBadMagic)
        #expect(try code([]) == .zstdTruncated)
        #expect(try code([], .none) == nil)
    }

    @Test func aLyingContentSizeIsAnError() throws {
        // One raw block of two bytes, in a single-segment frame whose header says 2, then 3, then 1.
        func file(contentBytes: UInt8) -> [UInt8] {
            [0x28, 0xB5, 0x2F, 0xFD, 0x20, contentBytes, 0x11, 0, 0, 0x61, 0x62]
        }
        #expect(try code(file(contentBytes: 2)) == nil)
        #expect(try code(file(contentBytes: 3)) != nil)
        #expect(try code(file(contentBytes: 1)) != nil)
    }

    @Test func framesWithoutChecksumAreSaid() throws {
        let file: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 2, 0x11, 0, 0, 0x61, 0x62]
        let stream = try DecodedStream(.zstd, source: source(file))
        #expect(try readAll(stream) == Array("ab".utf8))
        #expect(!stream.statistics.everyFrameHasChecksum)
    }

    @Test func largeWindowsAndDictionariesAreRefused() throws {
        // Window descriptor 0x70: 2^(10+14) bytes.
        #expect(try code([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x70, 1, 0, 0, 0, 0, 0]) == .zstdWindowTooLarge)
        // 0xF8: 2^(10+31), more than libzstd itself reads.
        #expect(try code([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xF8, 1, 0, 0, 0, 0, 0]) == .zstdWindowTooLarge)
        #expect(try code([0x28, 0xB5, 0x2F, 0xFD, 0x21, 7, 0, 1, 0, 0, 0, 0]) == .zstdDictionary)
    }

    @Test func eachLimitHasItsCode() throws {
        let file = try frame(text)
        var limits = InputLimits()
        limits.compressedBytesMaximum = file.count - 1
        #expect(try code(file, limits: limits) == .compressedTooLarge)
        #expect(try code(text, .none, limits: limits) == .compressedTooLarge)
        limits = InputLimits()
        limits.decodedBytesMaximum = text.count - 1
        #expect(try code(file, limits: limits) == .decodedTooLarge)
        #expect(try code(text, .none, limits: limits) == .decodedTooLarge)
        limits.decodedBytesMaximum = text.count
        #expect(try code(file, limits: limits) == nil)
        limits = InputLimits()
        limits.framesMaximum = 2
        #expect(try code(frame([]) + frame([]), limits: limits) == nil)
        #expect(try code(frame([]) + frame([]) + frame([]), limits: limits) == .tooManyFrames)
    }

    @Test func theRatioCountsAfterTheFirstMebibyte() throws {
        let zeros = try frame([UInt8](repeating: 0, count: 1 << 20))
        #expect(try code(zeros) == nil)
        #expect(try code(zeros + zeros) == .ratioTooHigh)
        #expect(try code([UInt8](repeating: 0, count: 2 << 20), .none) == nil)
    }

    @Test func theSourcesErrorIsPassedOn() throws {
        struct Broken: Error {}
        let stream = try DecodedStream(.zstd) { _ in throw Broken() }
        #expect(throws: Broken.self) { try readAll(stream) }
    }

    @Test func mutatedFilesAreRefusedOrUnchanged() throws {
        var generator = SeededGenerator(state: 7)
        let content = Array(text[..<2_000])
        var whole = try frame(content)
        ZstdEncoder.appendSkippableFrame([1, 2, 3], to: &whole)
        for _ in 0..<2_000 {
            let stream = try DecodedStream(.zstd, source: source(generator.mutate(whole)))
            // A mutation may remove a whole frame or touch the skippable one only; else the checksum speaks.
            if let decoded = try? readAll(stream) { #expect(decoded == content || decoded.isEmpty) }
        }
    }
}
