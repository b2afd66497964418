import BatchTesting
import Campaign
import Spool
import SystemPackage
import Testing

/// The real binary on the real disk is killed, or fails, at each changing call of a run; the next run answers the rest.
@Suite struct RealDiskCrashTests {
    static let deeds = [
        FaultDeed(.kill, killsGroup: true), FaultDeed(.kill), FaultDeed(.failure(.ioError)),
        FaultDeed(.failure(.noSpace)),
    ]

    @Test(arguments: deeds)
    func whateverHappensToARunTheNextOneAnswersTheRest(_ deed: FaultDeed) throws {
        let sources = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .removingLastComponent()
        let shim = try FaultShim(sources: sources)
        let total = try faultedRun(shim, nil, at: 0).calls
        try #require(total > 50, "the library counts nothing")
        // Each call meets one of the deeds here; every deed at every call is part 1 of the campaign.
        let offset = try #require(Self.deeds.firstIndex(of: deed))
        for call in stride(from: 1 + offset, through: total, by: Self.deeds.count) {
            let outcome = try faultedRun(shim, deed, at: call)
            #expect(outcome.violations == [], "\(deed) at call \(call)")
        }
        print("real disk, \(deed): \(total) calls")
    }

    private func faultedRun(
        _ shim: FaultShim,
        _ deed: FaultDeed?,
        at call: Int
    ) throws -> (calls: Int, violations: [String]) {
        let root = try FaultRoot()
        try root.drop((1...10).map { "text \($0)" }, as: "first.jsonl")
        try root.drop((1...3).map { "other \($0)" }, as: "second.jsonl")
        let armed = try shim.arm(root: root.real.directory, deed: deed, at: call)
        _ = try root.real.start(environment: armed.environment).wait()
        var violations = root.real.checker.violationsAtAnyInstant()
        let end = try root.real.runToEnd()
        if end != .ended(.exited(0)) { violations.append("the next run ends with \(end)") }
        return (try armed.calls(), violations + root.violations(expecting: [("first", 10), ("second", 3)]))
    }
}
