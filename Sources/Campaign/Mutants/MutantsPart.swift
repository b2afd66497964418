import Glibc
import Spool
import SystemPackage

extension CampaignPart {
    /// Sources that are broken on purpose.
    static let mutants = CampaignPart(
        number: 6,
        name: "mutants",
        purpose: "builds batchd with each of the mutants of Tests/Mutants and runs the simulation until one is noticed",
        seeds: 1...1,
        casesWanted: 45
    ) { seed, context in
        try MutantRun(context: context, seed: seed).run()
    }
}

/// Builds all mutants, then hunts for one after the other.
struct MutantRun {
    let context: CampaignContext
    let seed: Int

    /// The runs of the simulation after which a mutant has survived.
    static let runsMaximum = 20_000
    /// The runs of the build without any mutant, which find nothing.
    static let runsOfControl = 1_000
    /// The most seconds of processor time for one mutant: one that never ends has been noticed, too.
    static let processorSecondsMaximum = 600

    func run() throws -> SeedOutcome {
        let library = try MutantLibrary(sources: context.sources)
        let copy = context.scratch.appending("mutants")
        defer { remove(copy) }
        try script(copy, "copy")
        let disk = try LinuxFileSystem(root: copy)
        for (file, text) in try library.mutatedFiles(of: context.sources) {
            try disk.writeDurably(Array(text.utf8), to: FilePath(file))
        }
        try script(copy, "build")
        var outcome = SeedOutcome()
        let unchanged = try hunt(number: 0, runs: Self.runsOfControl, in: copy, disk)
        outcome.note(unchanged.findings, "without any mutant")
        for mutant in library.mutants {
            let found = try hunt(number: mutant.number, runs: Self.runsMaximum, in: copy, disk)
            print("mutant \(mutant.name): \(found.words)")
            fflush(nil)
            outcome.figures["runs_\(mutant.name)"] = Double(found.runs)
            outcome.note(verdict(on: mutant, found), mutant.name)
        }
        return outcome
    }

    private func verdict(on mutant: Mutant, _ found: Finding) -> [String] {
        switch (mutant.equivalence, found.isNoticed) {
        case (nil, true), (.some, false): []
        case (nil, false): ["it survived \(found.runs) runs, though it breaks \(mutant.invariant): \(mutant.breaks)"]
        case (.some, true): ["it was said to be equivalent: \(found.findings)"]
        }
    }

    private struct Finding {
        var runs: Int
        var findings: [String]

        var isNoticed: Bool { !findings.isEmpty }
        var words: String { isNoticed ? "noticed in run \(runs): \(findings[0])" : "not noticed in \(runs) runs" }
    }

    /// Runs the simulation with one mutant chosen, until something goes wrong.
    private func hunt(number: Int, runs: Int, in copy: FilePath, _ disk: LinuxFileSystem) throws -> Finding {
        let first = seed * Simulation.runsPerSeed * 1000
        let command = """
            ulimit -t \(Self.processorSecondsMaximum) && \
            \(MutantSources.variable)=\(number) .build/release/torture simulate \
            --seed \(first) --runs \(runs) --until-wrong > .build/mutant.txt 2> .build/mutant.err
            """
        let status = try shell("cd '\(copy)' && \(command)")
        if status == .ended(.exited(0)) { return Finding(runs: runs, findings: []) }
        let output = String(decoding: try disk.readFile(".build/mutant.txt", bytesMaximum: 1 << 20), as: UTF8.self)
        var last = 0
        var findings: [String] = []
        for line in output.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), let seed = Int(line[..<colon]) else { continue }
            last = seed - first + 1
            findings.append(String(line[line.index(colon, offsetBy: 2)...]))
        }
        return Finding(runs: last, findings: findings.isEmpty ? ["it ends with \(status)"] : findings)
    }

    private func script(_ copy: FilePath, _ step: String) throws {
        let script = context.sources.appending("scripts/build-mutants.sh")
        let status = try shell("'\(script)' '\(context.sources)' '\(copy)' \(step) > '\(copy).txt' 2>&1")
        guard status == .ended(.exited(0)) else {
            throw CampaignError("\(script) \(step) ended with \(status); see '\(copy).txt'")
        }
        unlink("\(copy).txt")
    }

    private func remove(_ copy: FilePath) {
        _ = try? shell("rm -rf '\(copy)'")
    }

    private func shell(_ command: String) throws -> ChildProcess.Event {
        try ChildProcess(ChildCommand(executable: "/bin/bash", arguments: ["-c", command])).wait()
    }
}
