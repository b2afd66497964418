import BatchTesting
import Testing

@testable import BatchCore

/// A thread keeps a session for each model that answers in its own way.
@Suite struct ComputerCacheTests {
    @Test func modelsOfEqualWeightsAndOtherTokenizersShareNoSession() throws {
        var cache = ComputerCache(time: ManualClock())
        let models = ["a", "b"].map { MarkedTextModel(contentSHA256: $0) }
        #expect(models[0].identity == models[1].identity)
        let first = try cache.computer(for: models[0])
        #expect(try cache.computer(for: models[1]) !== first)
        #expect(try cache.computer(for: MarkedTextModel(contentSHA256: "a")) === first)
    }
}
