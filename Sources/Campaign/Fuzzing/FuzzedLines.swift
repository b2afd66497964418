import BatchCore
import JSONLines
import SystemPackage

extension CampaignPart {
    /// Ten million lines that are almost JSON.
    static let fuzzedLines = CampaignPart(
        number: 12,
        name: "fuzzed-lines",
        purpose: "Holds scanner, reader, error lines and whole jobs of fuzzed lines against simdjson.",
        seeds: 1...200,
        casesWanted: 10_000_000
    ) { seed, context in
        try FuzzedLines(seed: seed, context: context).outcome()
    }
}

/// One seed: a stream of fuzzed lines, each held against the oracle, then all of them as a job of the real binary.
struct FuzzedLines {
    let seed: Int
    let context: CampaignContext

    private var linesWanted: Int { context.isCut ? 3000 : 50_000 }

    /// Low limits are reached often; those that users have, and with a short line, seldom.
    private var limits: InputLimits {
        var limits = InputLimits()
        if seed % 3 != 0 { limits.lineBytesMaximum = 1 << (9 + seed % 5) }
        if seed % 2 == 0 { limits.depthMaximum = 12 }
        if seed % 4 < 2 { limits.keysPerObjectMaximum = 24 }
        limits.ratioMaximum = 100_000
        return limits
    }

    func outcome() throws -> SeedOutcome {
        var outcome = SeedOutcome()
        let oracle = try LineOracle.built(from: context.sources, in: context.scratch, keys: LineComparison.keys)
        let comparison = LineComparison(oracle: oracle, limits: limits)
        var random = SplitMix64(seed: UInt64(truncatingIfNeeded: seed) ^ 0xF022)
        let stream = makeStream(&random)
        let lines = LineReference.lines(of: stream, limits: limits)
        for line in lines {
            outcome.note(comparison.violations(of: line.bytes), "line \(line.number): \(Self.words(line.bytes))")
        }
        for (word, count) in comparison.counts { outcome.figures["\(word)_lines", default: 0] += Double(count) }
        let isCompressed = seed % 5 != 0
        let file = isCompressed ? try Self.compressed(stream, &random) : stream
        let compression = isCompressed ? Compression.zstd : .none
        let found = try LineReference.read(file, compression, limits: limits, seed: random.next())
        outcome.note(
            LineReference.violations(of: found, expected: lines, limits: limits),
            "the reader over all lines"
        )
        let directory = context.scratch.appending("fuzzed")
        let job = try FuzzedJob(at: directory, limits: limits, comparison: comparison, binary: context.binary)
        defer { job.root.remove() }
        let name = isCompressed ? "fuzz.jsonl.zst" : "fuzz.jsonl"
        outcome.note(try job.run(file, as: name, holding: stream), "all lines as a job")
        outcome.figures["bytes"] = Double(stream.count)
        return outcome
    }

    private func makeStream(_ random: inout SplitMix64) -> [UInt8] {
        var fuzzer = LineFuzzer(seed: seed)
        var stream: [UInt8] = []
        for _ in 0..<linesWanted {
            let line = fuzzer.next()
            let chance = random.next()
            stream += line
            // Longer than any limit but the one on whole files, once in a while.
            if chance % 5000 == 0 { stream += repeatElement(UInt8(chance >> 32 & 0xFF), count: 90_000) }
            stream += (chance >> 16 & 7 == 0 ? "\r\n" : "\n").utf8
        }
        if seed % 7 == 0 { stream.removeLast() }
        return stream
    }

    private static func compressed(_ stream: [UInt8], _ random: inout SplitMix64) throws -> [UInt8] {
        let encoder = try ZstdEncoder(level: 1)
        var file: [UInt8] = []
        var rest = stream[...]
        repeat {
            let frame = rest.prefix(Int(random.next() % (1 << 21)))
            try encoder.appendFrame(of: frame.span.bytes, to: &file)
            rest = rest.dropFirst(frame.count)
        } while !rest.isEmpty
        return file
    }

    /// A line as it can be typed again.
    private static func words(_ line: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        let beginning = line.prefix(600)
        Base64.append(beginning.span.bytes, to: &text)
        return "base64 \(String(decoding: text, as: UTF8.self))\(line.count > 600 ? "…" : "")"
    }
}
