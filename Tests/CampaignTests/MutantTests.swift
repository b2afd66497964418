import Glibc
import SystemPackage
import Testing

@testable import Campaign

/// Mutants still find the text that they change, so that they can be built whenever somebody wants to.
@Suite struct MutantTests {
    private static let sources = FilePath(#filePath).removingLastComponent().appending("../..").lexicallyNormalized()

    @Test func everyMutantFindsItsPlaceOnce() throws {
        let library = try MutantLibrary(sources: Self.sources)
        #expect(library.mutants.count >= 20)
        let files = try library.mutatedFiles(of: Self.sources)
        for mutant in library.mutants {
            let condition = "\(MutantSources.condition) == \(mutant.number)"
            for edit in mutant.edits {
                #expect(files[edit.file]?.contains(condition) == true, "\(mutant.name)")
            }
        }
    }

    @Test func everyMutantSaysWhatItBreaks() throws {
        for mutant in try MutantLibrary(sources: Self.sources).mutants {
            #expect(mutant.breaks.hasSuffix("."), "\(mutant.name)")
            #expect(mutant.invariant.wholeMatch(of: /I[1-8]/) != nil, "\(mutant.name)")
        }
    }

    private func mutant(_ number: Int, _ edit: String) throws -> Mutant {
        try Mutant(name: "\(number)-x.mutant", text: "Breaks: It.\nInvariant: I1\nFile: a\n\(edit)\nEnd\n")
    }

    @Test func textThatStandsTwiceIsRefused() throws {
        let mutant = try mutant(1, "Find:\none\nReplace:\ntwo")
        #expect(throws: CampaignError.self) { try MutantSources.mutated("a", "one\none", by: [mutant]) }
        #expect(throws: CampaignError.self) { try MutantSources.mutated("a", "none", by: [mutant]) }
    }

    @Test func mutantsOfOnePlaceAreChosenByTheirNumbers() throws {
        let first = try mutant(1, "Find:\none\nReplace:\ntwo")
        let second = try mutant(2, "Find:\none\nReplace:\nthree")
        let third = try mutant(3, "Find:\nzero\nAfter:\nhalf")
        let text = try MutantSources.mutated("a", "zero\none", by: [first, second, third])
        let expected = """
            zero
            if activeMutant == 3 {
            half
            }
            if activeMutant == 2 {
            three
            } else {
            if activeMutant == 1 {
            two
            } else {
            one
            }
            }
            """
        #expect(text == expected)
    }

    @Test func wordOfAMutantIsItsCondition() throws {
        let mutant = try mutant(7, "Find:\nreplacing: false\nReplace:\nreplacing: MUTANT")
        #expect(try MutantSources.mutated("a", "replacing: false", by: [mutant]) == "replacing: (activeMutant == 7)")
    }
}
