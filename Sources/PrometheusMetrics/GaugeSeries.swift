internal import CoreMetrics
internal import Synchronization

/// A value that rises and falls, or the last one recorded.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) {
        self.value.withLock { $0 = value }
    }

    func increment(by amount: Double) {
        value.withLock { $0 += amount }
    }

    func decrement(by amount: Double) {
        value.withLock { $0 -= amount }
    }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    func write(name: String, labels: String, to writer: inout ExpositionWriter) {
        writer.writeSample(name, labels: labels, value: value.withLock { $0 })
    }
}
