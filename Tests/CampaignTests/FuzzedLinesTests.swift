import Campaign
import Glibc
import SystemPackage
import Testing

/// A small cut of the fuzzed lines; the whole is `make torture PART=12`.
@Suite struct FuzzedLinesTests {
    @Test func fuzzedLinesAreJudgedAsAnotherParserJudgesThem() throws {
        let part = try #require(CampaignPart.all.first { $0.number == 12 })
        let directory = try ScratchDirectory()
        guard let executable = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
        defer { free(executable) }
        let context = CampaignContext(
            binary: FilePath(platformString: executable).removingLastComponent().appending("batchd"),
            scratch: directory.path,
            sources: FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent(),
            isCut: true
        )
        // A seed with low limits on everything.
        let outcome = try part.run(16, context)
        #expect(outcome.violations == [])
        #expect(outcome.cases > 2500)
        #expect(outcome.figures["record_lines", default: 0] > 300)
        #expect(outcome.figures["invalid_json_line_lines", default: 0] > 600)
        #expect(outcome.figures["invalid_utf8_lines", default: 0] > 600)
        #expect(outcome.figures["not_an_object_lines", default: 0] > 30)
    }
}
