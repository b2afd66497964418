import BatchCore
import SystemPackage

/// Every deed at every changing call of a run.
///
/// A run has some three hundred calls, which are some five thousand cases; as many seeds as there are slices share them,
/// and with the next slices come other inputs.
enum EveryCall {
    /// Seeds that share the cases of one workload.
    static let slices = 8
    /// Cases of a cut.
    static let casesOfCut = 10

    static func run(seed: Int, in context: CampaignContext) throws -> SeedOutcome {
        let workload = Workload(seed: (seed - 1) / slices)
        let shim = try FaultShim(sources: context.sources)
        var outcome = SeedOutcome()
        let model = try UndisturbedRun(of: workload, shim, context, countsClosing: true)
        if !model.violations.isEmpty {
            outcome.note(model.violations, "no fault")
            return outcome
        }
        let cases = chosen(from: model.calls, seed: seed, isCut: context.isCut)
        let results = try CasePool.map(cases.count) { index in
            let directory = context.scratch.appending("case-\(index)")
            let trial = try WorkloadTrial(
                workload,
                at: directory,
                binary: context.binary,
                undisturbed: model.published
            )
            defer { trial.remove() }
            return try cases[index].run(trial, shim)
        }
        for result in results.compactMap(\.self) {
            outcome.note(result.violations, result.words)
            outcome.figures[result.kind, default: 0] += 1
        }
        return outcome
    }

    /// The cases of a seed: each call with those of its deeds that fall into the seed's slice.
    private static func chosen(from calls: [CountedCall], seed: Int, isCut: Bool) -> [CallCase] {
        var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
        var cases: [CallCase] = []
        for (index, call) in calls.enumerated() {
            for (place, deed) in FaultDeed.all.enumerated() where deed.hasMeaning(at: call) {
                guard (index + place) % slices == seed % slices else { continue }
                cases.append(CallCase(number: index + 1, deed: deed, choice: random.next()))
            }
        }
        return isCut ? Array(cases.shuffled(using: &random).prefix(casesOfCut)) : cases
    }
}

extension CampaignPart {
    /// Every deed at every changing call of a run of the real binary.
    public static let everyCall = CampaignPart(
        number: 1,
        name: "every-call",
        purpose: "kills, tears, shortens or fails each changing call of a run, once or from then on, then runs again",
        seeds: 1...40,
        casesWanted: 20_000
    ) { seed, context in
        try EveryCall.run(seed: seed, in: context)
    }
}
