import Spool
import SystemPackage

extension CampaignPart {
    /// The sanitizers, and libFuzzer with one of them.
    static let sanitizers = CampaignPart(
        number: 11,
        name: "sanitizers",
        purpose: "Runs kernels, tests and the binary under sanitizers, then libFuzzer for five minutes a target.",
        seeds: 1...Sanitizers.commands.count,
        casesWanted: Sanitizers.commands.count
    ) { seed, context in
        try Sanitizers.outcome(of: Sanitizers.commands[seed - 1], context)
    }
}

/// The scripts that build what they run, each with directories of their own.
enum Sanitizers {
    /// A script with its arguments.
    static let commands = [
        ["scripts/sanitize.sh", "kernels"], ["scripts/sanitize.sh", "address"], ["scripts/sanitize.sh", "thread"],
        ["scripts/fuzz.sh", "lines", "300"], ["scripts/fuzz.sh", "reader", "300"],
        ["scripts/fuzz.sh", "safetensors", "300"],
    ]

    static func outcome(of command: [String], _ context: CampaignContext) throws -> SeedOutcome {
        let script = context.sources.appending(command[0]).string
        let child = try ChildProcess(ChildCommand(executable: FilePath(script), arguments: Array(command.dropFirst())))
        let event = try child.wait()
        var outcome = SeedOutcome()
        let words = command.joined(separator: " ")
        outcome.note(event == .ended(.exited(0)) ? [] : ["it ended with \(event); its output says why"], words)
        return outcome
    }
}
