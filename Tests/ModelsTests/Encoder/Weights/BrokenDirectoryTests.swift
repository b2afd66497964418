import BatchCore
import Foundation
import Testing

@testable import Models

/// Files with bytes changed anywhere are read or refused, and nothing else happens.
@Suite struct BrokenDirectoryTests {
    private static let rounds = 400

    private func mutated(_ bytes: Data, within count: Int, _ random: inout SplitMix64) -> Data {
        var bytes = bytes
        switch UInt8.random(in: 0..<4, using: &random) {
        case 0: bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &random)...)
        case 1: bytes.insert(.random(in: 0...255, using: &random), at: Int.random(in: 0..<count, using: &random))
        default:
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let digits = Array("0123456789-[]{}\",:e.".utf8)
                let byte = digits.randomElement(using: &random) ?? 0
                bytes[Int.random(in: 0..<count, using: &random)] = byte
            }
        }
        return bytes
    }

    @Test(arguments: ["config.json", "modules.json", "1_Pooling/config.json", "tokenizer.json", "model.safetensors"])
    func changedBytesAreReadOrRefused(name: String) throws {
        try EncoderFixture.withCopy(of: "sentence-mean") { copy in
            let whole = try Data(contentsOf: copy.file(name))
            var random = SplitMix64(seed: 7)
            var refusals = 0
            for _ in 0..<Self.rounds {
                // The first bytes of safetensors are those that say where the rest lies.
                try mutated(whole, within: min(whole.count, 4000), &random).write(to: copy.file(name))
                do {
                    let source = EncoderSource(copy.directory)
                    let checkpoint = try source.checkpoint()
                    _ = try source.tokenizer(checkpoint.configuration)
                    try checkpoint.checkValues()
                } catch let error as ModelError {
                    refusals += 1
                    #expect(error.message.contains(copy.directory), "\(error.message)")
                }
            }
            #expect(refusals > Self.rounds / 4)
        }
    }
}
