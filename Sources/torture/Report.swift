import ArgumentParser
import Campaign

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sums up the results, a line for each part.")

    @OptionGroup var results: Results

    func run() throws {
        let lines = try results.log.lines()
        print("| part | seeds | cases | wanted | wrong | seconds | builds |")
        print("|---|---|---|---|---|---|---|")
        for part in CampaignPart.all {
            let own = lines.filter { $0.part == part.number }
            let cases = own.reduce(0) { $0 + $1.outcome.cases }
            let wrong = own.reduce(0) { $0 + $1.outcome.wrong }
            let seconds = Int(own.reduce(0) { $0 + $1.seconds })
            let builds = Set(own.map(\.build)).sorted().joined(separator: ", ")
            let seeds = Set(own.map(\.seed)).count
            let name = "\(part.number) \(part.name)"
            print("| \(name) | \(seeds) | \(cases) | \(part.casesWanted) | \(wrong) | \(seconds) | \(builds) |")
        }
        for line in lines where line.outcome.wrong > 0 {
            for violation in line.outcome.violations { print("part \(line.part), seed \(line.seed): \(violation)") }
        }
    }
}
