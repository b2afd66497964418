import Kernels
import Testing

@Suite struct QuantisedRowsTests {
    @Test(arguments: [1e-30 as Float, 1, 1e19, 1e25, 3e38])
    func everyMagnitudeIsQuantisedAlike(largest: Float) {
        let shape: [Float] = [1, -0.5, 0.25, -1, 0.125, 0]
        let rows = QuantisedRows(quantising: shape.map { $0 * largest }, rows: 1, columns: shape.count)
        let scale = rows.scales[0]
        #expect(scale > 0 && scale.isFinite)
        for (weight, value) in zip(shape, rows.values) {
            #expect(abs(scale / largest * Float(value) - weight) <= 0.5 / 127 + 1e-6)
        }
    }

    @Test func weightsTooSmallForAScaleAreNothing() {
        let tiny = Float.leastNonzeroMagnitude
        let rows = QuantisedRows(quantising: [tiny, -tiny, 0, 0], rows: 2, columns: 2)
        #expect(rows.scales == [0, 0] && rows.values == [0, 0, 0, 0])
    }
}
