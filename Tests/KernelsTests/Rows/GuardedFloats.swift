import Foundation

/// Floats between a guard and the end of a page behind which nothing can be read.
final class GuardedFloats {
    let count: Int

    private let mapping: UnsafeMutableRawPointer
    private let byteCount: Int
    private let base: UnsafeMutablePointer<Float>

    static let guardValue: Float = 12_345.678

    /// Memory for `values`, which end where the page ends.
    init(_ values: [Float]) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let room = (values.count * 4 + 64 + page - 1) / page * page
        byteCount = room + page
        guard
            let mapping = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            mapping != MAP_FAILED,
            mprotect(mapping + room, page, PROT_NONE) == 0
        else {
            preconditionFailure("No memory for \(values.count) floats: errno \(errno).")
        }
        self.mapping = mapping
        count = values.count
        let floats = mapping.bindMemory(to: Float.self, capacity: room / 4)
        floats.initialize(repeating: Self.guardValue, count: room / 4)
        base = floats + (room / 4 - values.count)
        for (index, value) in values.enumerated() {
            base[index] = value
        }
    }

    /// Guard values, to be written to by a kernel.
    convenience init(count: Int) {
        self.init(Array(repeating: Self.guardValue, count: count))
    }

    deinit {
        munmap(mapping, byteCount)
    }

    var pointer: UnsafeMutablePointer<Float> { base }

    var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Rows of `columns` that lie `stride` apart.
    func rows(_ rowCount: Int, columns: Int, stride: Int) -> [[Float]] {
        (0..<rowCount).map { row in Array(UnsafeBufferPointer(start: base + row * stride, count: columns)) }
    }

    /// Whether nothing was written before the first float and between rows.
    func isGuardIntact(columns: Int, stride: Int) -> Bool {
        let isFrontIntact = (1...16).allSatisfy { base[-$0] == Self.guardValue }
        return isFrontIntact
            && (0..<count).allSatisfy { $0 % stride < columns || base[$0] == Self.guardValue }
    }
}

/// Numbers that look random and are the same in every run.
struct NumberSource {
    private var state: UInt64

    init(seed: Int) {
        state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    /// A number between -magnitude and magnitude.
    mutating func float(_ magnitude: Float) -> Float {
        magnitude * (Float(next()) / Float(1 << 30) - 1)
    }

    mutating func floats(_ count: Int, _ magnitude: Float) -> [Float] {
        (0..<count).map { _ in float(magnitude) }
    }
}

/// Half the distance from 1 to the next float: the largest relative error of a rounding.
let unitRoundoff = 0x1p-24
