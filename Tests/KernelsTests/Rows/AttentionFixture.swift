import CKernels
import Foundation
import Testing

/// One head's queries, keys and values as they lie beside each other, and attention over them by the definition.
struct AttentionFixture {
    let length: Int
    let width: Int
    let stride: Int
    let contextStride: Int
    let scale: Float = 0.2
    var input: [Float]

    /// Queries, keys and values within -magnitude and magnitude.
    init(length: Int, width: Int, magnitude: Float = 1) {
        var source = NumberSource(seed: length * 1_000 + width)
        self.length = length
        self.width = width
        stride = 3 * width + 5
        contextStride = width + 3
        input = source.floats(max(length - 1, 0) * stride + 3 * width, magnitude)
    }

    /// The context that a kernel writes, after a check that it wrote nothing else.
    func run(_ table: bk_table) throws -> [[Float]] {
        let kernels = try #require(table.rows)
        let memory = GuardedFloats(input)
        let context = GuardedFloats(count: max(length - 1, 0) * contextStride + width)
        let scratchFloats = bk_attention_scratch_floats(length, width)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: (scratchFloats + 16) * 4, alignment: 64)
        defer { scratch.deallocate() }
        let floats = scratch.bindMemory(to: Float.self, capacity: scratchFloats + 16)
        // What an earlier call left must not matter.
        floats.initialize(repeating: .nan, count: scratchFloats)
        (floats + scratchFloats).initialize(repeating: GuardedFloats.guardValue, count: 16)
        var attention = bk_attention(
            q: memory.pointer,
            k: memory.pointer + width,
            v: memory.pointer + 2 * width,
            stride: stride,
            length: length,
            width: width,
            scale: scale,
            context: context.pointer,
            context_stride: contextStride,
            scratch: floats
        )
        kernels.pointee.attend(&attention)
        let name = String(cString: table.name)
        #expect(context.isGuardIntact(columns: length == 0 ? 0 : width, stride: contextStride), "\(name), \(length)")
        #expect((0..<16).allSatisfy { floats[scratchFloats + $0] == GuardedFloats.guardValue }, "\(name), \(length)")
        return context.rows(length, columns: width, stride: contextStride)
    }

    /// A row of the context in Double.
    func expected(_ row: Int) -> [Double] {
        let numbers = input.map(Double.init)
        var scores = (0..<length).map { key in
            var sum = 0.0
            for column in 0..<width {
                sum += numbers[row * stride + column] * numbers[key * stride + width + column]
            }
            return sum * Double(scale)
        }
        let maximum = scores.max() ?? 0
        scores = scores.map { exp($0 - maximum) }
        let sum = scores.reduce(0, +)
        return (0..<width).map { column in
            var value = 0.0
            for key in 0..<length {
                value += scores[key] * numbers[key * stride + 2 * width + column]
            }
            return value / sum
        }
    }

    /// How far a float32 context may be away: a score is off by the roundings of its products, which may all be of the
    /// same sign, and a power by as much of itself; the powers' and the values' sums add a rounding for each key.
    func tolerance(magnitude: Double) -> Double {
        let score = Double(scale) * Double(width) * magnitude * magnitude
        let power = (2 * (Double(width) + 4) * score + 4) * unitRoundoff
        return magnitude * (2 * power + 2 * (Double(length) + 4) * unitRoundoff)
    }

    /// Some rows of a long sequence, all of a short one.
    var sampledRows: [Int] {
        length <= 40 ? Array(0..<length) : [0, 1, 5, 6, 7, length / 2, length - 2, length - 1]
    }
}
