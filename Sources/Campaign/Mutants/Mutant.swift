import SystemPackage

/// A change of the sources that breaks batchd on purpose, to see whether the campaign notices.
///
/// The file names what is broken and which invariant falls with it, then where and how, in pieces of text that stand
/// exactly once in the sources, so that a mutant is found again when lines have moved:
///
///     Breaks: The results file is not synced before it is published.
///     Invariant: I2
///     File: Sources/Spool/Jobs/PublishedFileWriter.swift
///     Find:
///             try file.sync()
///     Replace:
///     End
///
/// `Replace:` stands for `Before:` or `After:`, which add to what was found. Where the new text has the word MUTANT,
/// that is whether the mutant is the chosen one, and the text is taken as it is; elsewhere a condition is put around
/// old and new, so that one build holds all mutants. A mutant that changes nothing that an invariant speaks of says
/// so: `Equivalent:` and why.
struct Mutant: Equatable {
    /// One place that is changed.
    struct Edit: Equatable {
        enum Kind: String, CaseIterable {
            case replace = "Replace:"
            case before = "Before:"
            case after = "After:"
        }

        var file: String
        var kind: Kind
        var old: [String]
        var new: [String]
    }

    /// The number in its name; mutants are chosen by it.
    var number: Int
    /// The name of its file, without the ending.
    var name: String
    /// What is broken, in a sentence.
    var breaks: String
    /// The invariant that falls.
    var invariant: String
    /// Why no invariant falls, where none does.
    var equivalence: String?
    var edits: [Edit]

    static let ending = ".mutant"

    /// Reads a mutant.
    ///
    /// - Parameters:
    ///   - name: The name of its file.
    ///   - text: What the file holds.
    /// - Throws: `CampaignError` where that is no mutant.
    init(name: String, text: String) throws {
        guard name.hasSuffix(Self.ending), let number = Int(name.prefix { $0.isNumber }), number > 0 else {
            throw CampaignError("'\(name)' is not called NN-what-is-broken\(Self.ending)")
        }
        self.number = number
        self.name = String(name.dropLast(Self.ending.count))
        var fields: [String: String] = [:]
        edits = []
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            if line == "Find:" {
                edits.append(try Self.edit(of: fields["File"], in: name, &lines))
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                fields[String(line[..<colon])] = String(value)
            } else if !line.isEmpty {
                throw CampaignError("'\(name)' holds '\(line)', which is no field")
            }
        }
        guard let breaks = fields["Breaks"], let invariant = fields["Invariant"], !edits.isEmpty else {
            throw CampaignError("'\(name)' does not say what it breaks, which invariant falls, or where")
        }
        self.breaks = breaks
        self.invariant = invariant
        equivalence = fields["Equivalent"]
    }

    private static func edit(of file: String?, in name: String, _ lines: inout ArraySlice<Substring>) throws -> Edit {
        let old = lines.prefix { line in !Edit.Kind.allCases.contains { $0.rawValue == line } }.map(String.init)
        lines = lines.dropFirst(old.count)
        guard let file, let kind = lines.popFirst().flatMap({ Edit.Kind(rawValue: String($0)) }), !old.isEmpty else {
            throw CampaignError("'\(name)' has a place without File, text to find, or Replace, Before or After")
        }
        let new = lines.prefix { $0 != "End" }.map(String.init)
        lines = lines.dropFirst(new.count)
        guard lines.popFirst() != nil else { throw CampaignError("'\(name)' has a place without End") }
        return Edit(file: file, kind: kind, old: old, new: new)
    }
}
