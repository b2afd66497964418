internal import CoreMetrics
internal import Synchronization

/// A value that only grows. Whole increments, the usual ones, are one atomic addition.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let whole = Atomic<Int64>(0)
    private let fraction = Mutex(0.0)

    /// Adds; what is negative is left out, for a counter that falls reads as a restart.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Adds; what is negative or not a number is left out.
    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fraction.withLock { $0 += amount }
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fraction.withLock { $0 = 0 }
    }

    func write(name: String, labels: String, to writer: inout ExpositionWriter) {
        let value = Double(whole.load(ordering: .relaxed)) + fraction.withLock { $0 }
        writer.writeSample(name, labels: labels, value: value)
    }
}
