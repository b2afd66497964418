import Testing

@testable import Spool

@Suite struct IncomingNameTests {
    @Test func limitIsOnTheJobsNameAndNotOnWhatLiesBesideIt() {
        let longest = String(repeating: "a", count: 122) + ".jsonl"
        for (name, isUsable) in [(longest, true), (longest + ".manifest.json", true), ("a" + longest, false)] {
            if case .unusable = IncomingName(bytes: Array(name.utf8), isDirectory: false) {
                #expect(!isUsable, "\(name.count)")
            } else {
                #expect(isUsable, "\(name.count)")
            }
        }
    }

    @Test func directoriesHaveStatementsBesideThem() {
        #expect(ClaimedSidecars.names(for: "spark") == ["spark.manifest.json", "spark.done"])
        #expect(ClaimedSidecars.names(for: "a.jsonl").contains("a.jsonl.manifest.json"))
    }
}
