import Foundation
import Kernels
import Models
import Tokenizers

/// A small linear model, and a directory of a test's own.
struct ModelFixture {
    static let labels = ["good", "fair", "bad"]

    /// Parameters with arbitrary weights.
    static var parameters: LinearParameters {
        let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let rows = bytes.withUnsafeBytes { Int8Rows(copying: $0, rowCount: 100, columns: 2) }
        let weights = LinearWeights(
            rows: rows,
            scale: 0.05,
            biases: [0.1, 0.2, -0.3],
            reference: 1,
            lightIds: 25,
            lightCount: 0.09
        )
        return LinearParameters(
            labels: labels,
            features: NGramFeatures(foldsDigits: true, buckets: 100, characterBuckets: 25),
            weights: weights
        )
    }

    /// Runs a test in an empty directory that is removed afterwards.
    static func withDirectory(_ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path(percentEncoded: false))
    }

    /// Writes the model under a name and version into a root.
    static func install(_ name: String, _ version: Int, root: String, folder: Int? = nil) throws {
        let directory = ModelDirectory("\(root)/models/\(name)/\(folder ?? version)")
        try directory.write(parameters) { sha256 in
            ModelManifest(name: name, version: version, labels: labels, weightsSHA256: sha256)
        }
    }
}
