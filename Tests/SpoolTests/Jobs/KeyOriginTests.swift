import Testing

@testable import Spool

@Suite struct KeyOriginTests {
    @Test func additionsAreTakenOffOneByOne() throws {
        let repetition = try #require(KeyOrigin(of: "a.0123456789ab.r12"))
        #expect(repetition.key == "a.0123456789ab")
        #expect(repetition.kind == .repetition)
        let version = try #require(KeyOrigin(of: repetition.key))
        #expect(version.key == "a")
        #expect(version.kind == .version)
        #expect(try #require(KeyOrigin(of: "a.replay1")).kind == .replay)
    }

    @Test(arguments: ["a", "a.r", "a.rx", ".r2", "a.0123456789AB", "a.replay", "a.2026"])
    func otherNamesHaveNoOrigin(key: String) {
        #expect(KeyOrigin(of: key) == nil)
    }
}
