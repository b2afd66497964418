extension CampaignPart {
    static let time = CampaignPart(
        number: 9,
        name: "time",
        purpose: "Starts daemons together, takes the lock file away, lets the clock jump and stops processes.",
        seeds: 1...25,
        casesWanted: 1_100
    ) { seed, context in
        var outcome = SeedOutcome()
        let plain = try TimedRoot("plain-\(seed)", context: context)
        let together = StartTogether(place: plain, seed: seed)
        try together.race(rounds: context.isCut ? 5 : 40, &outcome)
        try together.removeLock(isReplaced: false, &outcome)
        try together.removeLock(isReplaced: true, &outcome)
        plain.remove()
        if context.isCut { return outcome }
        let suspended = try TimedRoot("suspended-\(seed)", context: context, settings: Suspension.settings)
        try Suspension(place: suspended, seed: seed).stopBoth(&outcome)
        try Suspension(place: suspended, seed: seed).stopEngine(&outcome)
        suspended.remove()
        guard ClockJump.isPossible else { throw CampaignError("'\(ClockJump.preload)' is missing; install faketime") }
        let jumping = try TimedRoot("jumping-\(seed)", context: context, settings: ClockJump.settings)
        try ClockJump(place: jumping, seed: seed).run(&outcome)
        jumping.remove()
        return outcome
    }
}
