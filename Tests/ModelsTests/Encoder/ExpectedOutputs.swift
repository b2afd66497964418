import Foundation

/// What transformers computed for a fixture.
struct ExpectedOutputs: Decodable {
    /// One sequence of ids and what came out.
    struct Case: Decodable {
        var ids: [UInt32]
        var types: [UInt8]?
        var logits: [Float]?
        var probabilities: [Float]?
        var embedding: [Float]?
        var hidden: [Float]?
    }

    var cases: [Case]

    /// Reads the file of a fixture.
    init(_ name: String) throws {
        let url = URL(filePath: EncoderFixture.path(name)).appending(path: "expected.json")
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }
}
