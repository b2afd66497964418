/// Sources with every mutant in them, each behind a condition, so that one build serves all.
struct MutantSources {
    /// The name of the condition in the sources; the environment says which mutant is chosen.
    static let condition = "activeMutant"
    /// The variable of the environment that holds the chosen mutant's number.
    static let variable = "BATCHD_MUTANT"
    /// The file that reads it, in the module that the mutants are in.
    static let conditionFile = "Sources/Spool/ActiveMutant.swift"
    static let conditionSource = """
        import Glibc

        /// The mutant that this process is.
        let \(condition) = getenv("\(variable)").flatMap { Int(String(cString: $0)) } ?? 0

        """

    private struct Change {
        var lines: Range<Int>
        var edits: [(mutant: Mutant, edit: Mutant.Edit)]
    }

    /// Changes one file.
    ///
    /// - Parameters:
    ///   - file: The file, relative to the checkout.
    ///   - text: Its content.
    ///   - mutants: All mutants.
    /// - Returns: The content with the mutants that touch it.
    /// - Throws: `CampaignError` where a mutant finds its place not exactly once, or two overlap.
    static func mutated(_ file: String, _ text: String, by mutants: [Mutant]) throws -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var changes: [Change] = []
        for mutant in mutants {
            for edit in mutant.edits where edit.file == file {
                let place = try self.place(of: edit, mutant, in: lines)
                if let index = changes.firstIndex(where: { $0.lines == place }) {
                    changes[index].edits.append((mutant, edit))
                } else if let other = changes.first(where: { $0.lines.overlaps(place) }) {
                    throw CampaignError("'\(mutant.name)' overlaps '\(other.edits[0].mutant.name)' in \(file)")
                } else {
                    changes.append(Change(lines: place, edits: [(mutant, edit)]))
                }
            }
        }
        for change in changes.sorted(by: { $0.lines.lowerBound > $1.lines.lowerBound }) {
            lines.replaceSubrange(change.lines, with: try replacement(for: change, old: Array(lines[change.lines])))
        }
        return lines.joined(separator: "\n")
    }

    private static func place(of edit: Mutant.Edit, _ mutant: Mutant, in lines: [String]) throws -> Range<Int> {
        let starts = lines.indices.filter { lines[$0...].prefix(edit.old.count).elementsEqual(edit.old) }
        guard starts.count == 1 else {
            throw CampaignError("'\(mutant.name)' finds its text \(starts.count) times in \(edit.file), not once")
        }
        return starts[0]..<starts[0] + edit.old.count
    }

    private static func replacement(for change: Change, old: [String]) throws -> [String] {
        var text = old
        for (mutant, edit) in change.edits {
            let chosen = "\(condition) == \(mutant.number)"
            let new = edit.new.map { $0.replacing("MUTANT", with: "(\(chosen))") }
            switch edit.kind {
            case .replace where new != edit.new:
                guard change.edits.count == 1 else {
                    throw CampaignError("'\(mutant.name)' replaces what another mutant changes, too")
                }
                text = new
            case .replace: text = ["if \(chosen) {"] + new + ["} else {"] + text + ["}"]
            case .before: text = ["if \(chosen) {"] + new + ["}"] + text
            case .after: text += ["if \(chosen) {"] + new + ["}"]
            }
        }
        return text
    }
}
