internal import CoreMetrics
internal import Synchronization

/// Counts of values by fixed upper bounds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    /// For times: from a millisecond to a quarter of an hour.
    static let seconds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900,
    ]
    /// For counts and sizes: powers of four up to 2²⁶.
    static let counts = (0...13).map { Double(1 << (2 * $0)) }

    private let upperBounds: [Double]
    private let state: Mutex<State>

    private struct State {
        /// One count a bound and one for what is above the last; not yet cumulative.
        var counts: [Int]
        var sum = 0.0
    }

    /// Creates an empty histogram.
    ///
    /// - Precondition: The bounds are finite and ascend.
    init(upperBounds: [Double]) {
        precondition(
            upperBounds.allSatisfy(\.isFinite) && zip(upperBounds, upperBounds.dropFirst()).allSatisfy(<),
            "the bounds of a histogram are finite and ascend"
        )
        self.upperBounds = upperBounds
        state = Mutex(State(counts: Array(repeating: 0, count: upperBounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    /// Counts a value; NaN is left out, since it belongs to no bucket and would spoil the sum.
    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let index = upperBounds.firstIndex { value <= $0 } ?? upperBounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func write(name: String, labels: String, to writer: inout ExpositionWriter) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        let separator = labels.isEmpty ? "" : ","
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < upperBounds.count ? upperBounds[index] : .infinity
            let bucket = "\(labels)\(separator)le=\"\(ExpositionWriter.format(bound))\""
            writer.writeSample(name + "_bucket", labels: bucket, value: Double(total))
        }
        writer.writeSample(name + "_sum", labels: labels, value: sum)
        writer.writeSample(name + "_count", labels: labels, value: Double(total))
    }
}
