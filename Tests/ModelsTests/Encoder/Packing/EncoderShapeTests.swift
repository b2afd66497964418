import Kernels
import Testing

@testable import Models

/// How much work a shard of an encoder is.
@Suite struct EncoderShapeTests {
    private func shape(layers: Int, hidden: Int, heads: Int) -> EncoderShape {
        EncoderShape(
            hidden: hidden,
            embedding: hidden,
            layers: layers,
            heads: heads,
            intermediate: 4 * hidden,
            vocabulary: 30_522,
            positions: 512,
            types: 2,
            epsilon: 1e-12,
            activation: .gelu
        )
    }

    @Test func shardsOfLargerEncodersHaveFewerRecords() {
        // MiniLM of 6 layers, of 12; BERT tiny, base and large.
        #expect(shape(layers: 6, hidden: 384, heads: 12).shardRecords == 128)
        #expect(shape(layers: 12, hidden: 384, heads: 12).shardRecords == 64)
        #expect(shape(layers: 2, hidden: 128, heads: 2).shardRecords == 1024)
        #expect(shape(layers: 12, hidden: 768, heads: 12).shardRecords == 32)
        #expect(shape(layers: 24, hidden: 1024, heads: 16).shardRecords == 32)
    }

    @Test func whatAMatrixMultipliesIsCounted() {
        #expect(shape(layers: 6, hidden: 384, heads: 12).multiplicationsPerToken == 10_616_832)
    }
}
