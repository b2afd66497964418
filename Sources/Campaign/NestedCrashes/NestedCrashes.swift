import BatchCore
import SystemPackage

/// Crashes in recoveries from crashes.
enum NestedCrashes {
    /// Cases of a seed that are begun; about one in eight gets to its end before the second crash and is none.
    static let casesPerSeed = 125
    /// Cases of a cut.
    static let casesOfCut = 5

    static func run(seed: Int, in context: CampaignContext) throws -> SeedOutcome {
        let workload = Workload(seed: seed)
        let shim = try FaultShim(sources: context.sources)
        var outcome = SeedOutcome()
        let model = try UndisturbedRun(of: workload, shim, context)
        if !model.violations.isEmpty {
            outcome.note(model.violations, "no fault")
            return outcome
        }
        var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
        let cases = (0..<(context.isCut ? casesOfCut : casesPerSeed)).map { _ in NestedCrashCase(seed: random.next()) }
        let results = try CasePool.map(cases.count) { index in
            let directory = context.scratch.appending("case-\(index)")
            let trial = try WorkloadTrial(
                workload,
                at: directory,
                binary: context.binary,
                undisturbed: model.published
            )
            defer { trial.remove() }
            return try cases[index].run(trial, shim, calls: model.calls.count)
        }
        for result in results.compactMap(\.self) {
            outcome.note(result.violations, result.words)
            outcome.figures["depth_\(result.depth)", default: 0] += 1
        }
        return outcome
    }
}

extension CampaignPart {
    /// Crashes during the recovery from crashes, of the real binary.
    public static let nestedCrashes = CampaignPart(
        number: 3,
        name: "nested-crashes",
        purpose: "kills a run, then the recovery, then that recovery, two to five deep, then runs to the end",
        seeds: 1...48,
        casesWanted: 5_000
    ) { seed, context in
        try NestedCrashes.run(seed: seed, in: context)
    }
}
