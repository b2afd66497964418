import ArgumentParser
import Campaign
import Glibc
import SystemPackage

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a part of the campaign, or all of it.",
        discussion: "Exits 1 where something went wrong, 0 where nothing did."
    )

    @OptionGroup var results: Results

    @Option(help: ArgumentHelp("The part's number; all parts where it is left out.", valueName: "number"))
    var part: Int?

    @Option(help: ArgumentHelp("Some of the part's seeds, as 1..20; all where it is left out.", valueName: "a..b"))
    var seeds: String?

    @Option(help: ArgumentHelp("The batchd under test.", valueName: "file"))
    var binary = ".build/release/batchd"

    @Option(help: ArgumentHelp("Where roots and images are made and removed.", valueName: "directory"))
    var scratch = "/tmp"

    @Option(help: ArgumentHelp("The checkout, for its scripts and C sources.", valueName: "directory"))
    var sources = "."

    @Option(help: ArgumentHelp("The commit under test, noted with every result.", valueName: "name"))
    var build = "unknown"

    @Option(help: ArgumentHelp("How many seeds run at once.", valueName: "number"))
    var jobs = 1

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs is at least 1") }
        if let part, !CampaignPart.all.contains(where: { $0.number == part }) {
            throw ValidationError("there is no part \(part); 'torture list' shows all")
        }
        if seeds != nil && part == nil { throw ValidationError("--seeds needs --part") }
        if let seeds, Self.range(seeds) == nil { throw ValidationError("--seeds is a..b, such as 1..20") }
    }

    func run() throws {
        if mkdir(results.results, 0o755) != 0 && errno != EEXIST { throw Errno(rawValue: errno) }
        let place = try ScratchDirectory(in: Self.absolute(scratch))
        var context = CampaignContext(
            binary: try Self.absolute(binary),
            scratch: place.path,
            sources: try Self.absolute(sources)
        )
        context.results = try Self.absolute(results.results)
        let runner = CampaignRunner(log: results.log, context: context, build: build, jobs: jobs)
        var wrong = 0
        for part in CampaignPart.all where self.part == nil || self.part == part.number {
            if part.needsRoot && geteuid() != 0 {
                print("part \(part.number) \(part.name): left out, it mounts file systems and needs root")
                continue
            }
            wrong += try runner.run(part, seeds: seeds.flatMap(Self.range) ?? part.seeds) { line in
                print(Self.words(line))
                for violation in line.outcome.violations { print("    \(violation)") }
                fflush(nil)
            }
        }
        print(wrong == 0 ? "nothing went wrong" : "\(wrong) cases went wrong")
        if wrong > 0 { throw ExitCode(1) }
    }

    private static func words(_ line: ResultLog.Line) -> String {
        let seconds = (line.seconds * 10).rounded() / 10
        return "part \(line.part) \(line.name), seed \(line.seed): \(line.outcome.cases) cases, "
            + "\(line.outcome.wrong) wrong, \(seconds) s"
    }

    private static func range(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        return first...last
    }

    private static func absolute(_ path: String) throws -> FilePath {
        guard let absolute = realpath(path, nil) else { throw ValidationError("there is no '\(path)'") }
        defer { free(absolute) }
        return FilePath(platformString: absolute)
    }
}
