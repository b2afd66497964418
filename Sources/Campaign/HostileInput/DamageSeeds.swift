import SystemPackage

/// Flips and truncations, in portions of a seed each.
struct DamageSeeds {
    /// How the quarters of the three files map to seeds.
    static let portionsPerFile = 4
    /// Compressed bytes of a file whose bits are flipped, at least.
    static let flippedBytesMinimum = 8_600
    /// Bytes of a file that is cut at every length, at least.
    static let cutBytesMinimum = 13_000
    /// So many places are spoilt for a seed of a cut of the campaign.
    static let damagesOfCut = 8

    /// Flips the bits of one quarter of one of the three files.
    static func flips(portion: Int, isCut: Bool) throws -> SeedOutcome {
        let samples = try SampleFile.compressed(bytesMinimum: isCut ? 300 : flippedBytesMinimum)
        let trial = try DamageTrial(samples[portion / portionsPerFile], tolerance: .sameOrFailed)
        return try flips(trial, bytes: range(portion % portionsPerFile, of: trial.sample.bytes.count), isCut: isCut)
    }

    /// Flips every bit of a file without a checksum: unnoticed in half of the cases and more where a queue takes such
    /// files, refused where its queue is strict.
    static func uncheckedFlips(strict: Bool, isCut: Bool) throws -> SeedOutcome {
        let sample = try SampleFile.unchecked(hasManifest: strict, bytesMinimum: isCut ? 200 : 2_000)
        let trial = try DamageTrial(
            sample,
            tolerance: strict ? .refused : .anythingUnvouched,
            configuration: "integrity: \(strict ? "strict" : "warn")\n"
        )
        return try flips(trial, bytes: 0..<sample.bytes.count, isCut: isCut)
    }

    /// Cuts one of four files at every length.
    static func cuts(portion: Int, isCut: Bool) throws -> SeedOutcome {
        let minimum = isCut ? 300 : cutBytesMinimum
        let samples = try SampleFile.compressed(bytesMinimum: minimum)
        let several = try SampleFile.framed(
            "six frames, with a manifest",
            seed: 6,
            frames: 6,
            hasManifest: true,
            bytesMinimum: minimum
        )
        let files = [samples[0], samples[2], several, SampleFile.plain(bytesMinimum: minimum)]
        let trial = try DamageTrial(files[portion % files.count], tolerance: .failed)
        var outcome = SeedOutcome()
        let lengths = some(of: 0..<trial.sample.bytes.count, isCut: isCut)
        try run(trial, lengths, &outcome) { length in
            (Array(trial.sample.bytes[..<length]), "cut to \(length) bytes")
        }
        return outcome
    }

    private static func flips(_ trial: DamageTrial, bytes: Range<Int>, isCut: Bool) throws -> SeedOutcome {
        var outcome = SeedOutcome()
        let bits = some(of: bytes.lowerBound * 8..<bytes.upperBound * 8, isCut: isCut)
        try run(trial, bits, &outcome) { bit in
            var copy = trial.sample.bytes
            copy[bit / 8] ^= 1 << (bit % 8)
            return (copy, "bit \(bit % 8) of byte \(bit / 8) flipped")
        }
        return outcome
    }

    private static func run(
        _ trial: DamageTrial,
        _ damages: [Int],
        _ outcome: inout SeedOutcome,
        copy: (Int) -> (bytes: [UInt8], words: String)
    ) throws {
        for start in stride(from: 0, to: damages.count, by: DamageTrial.copiesMaximum) {
            let some = damages[start..<min(start + DamageTrial.copiesMaximum, damages.count)]
            for end in try trial.run(some.map(copy), &outcome) {
                switch end {
                case .same: outcome.figures["same_answers", default: 0] += 1
                case .failed(let code): outcome.figures["failed_\(code)", default: 0] += 1
                case .other: outcome.figures["other_answers", default: 0] += 1
                }
            }
        }
    }

    /// All of these places, or a few that are spread over them.
    private static func some(of places: Range<Int>, isCut: Bool) -> [Int] {
        Array(stride(from: places.lowerBound, to: places.upperBound, by: isCut ? places.count / damagesOfCut : 1))
    }

    /// One of four equal parts of so many bytes.
    private static func range(_ portion: Int, of count: Int) -> Range<Int> {
        count * portion / portionsPerFile..<count * (portion + 1) / portionsPerFile
    }
}
