import BatchCore

extension JobReportPage {
    /// Writes what the answers came from: enough to get the same ones again.
    func writeProvenance(to html: inout HTMLWriter) {
        let input = report.input
        var facts: [(name: String, value: String, isCode: Bool)] = [
            ("Input", report.source, true),
            ("Size", sizeInWords, false),
            ("SHA-256", input.sha256.isEmpty ? "could not be read" : input.sha256, !input.sha256.isEmpty),
            ("Integrity", input.integrity, false),
        ]
        if let parent = report.parent { facts.append(("Comes from", parent, false)) }
        if let model = job.model {
            facts += [
                ("Model", "\(model.reference), \(model.precision)", false), ("Weights", model.weightsSHA256, true),
            ]
        }
        facts += [
            ("Kernels", job.isa, false),
            ("Build", job.build, false),
            ("Accepted", CivilTime(wallSeconds: job.acceptedWallSeconds).moment, false),
            ("Finished", CivilTime(wallSeconds: job.finishedWallSeconds).moment, false),
            ("Memory", "\(NumberText.bytes(report.peakRSSBytes)) at most, all jobs together", false),
            ("Computed on", "\(NumberText.count(report.tokens, "token")) or features", false),
        ]
        html.section("Provenance") { $0.facts(facts) }
    }

    private var sizeInWords: String {
        let input = report.input
        let packed = NumberText.bytes(input.bytes)
        return input.decodedBytes == input.bytes
            ? packed : "\(packed), \(NumberText.bytes(input.decodedBytes)) unpacked"
    }
}
