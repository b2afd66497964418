public import CoreMetrics
internal import Synchronization

/// A swift-metrics backend that keeps every metric in memory and writes them in Prometheus' text format.
///
/// The number of series is bounded: a series beyond the bound, or one whose name already belongs to another type,
/// swallows its samples and is counted in `batchd_metric_series_dropped_total`.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// The series that are kept unless the creator says otherwise.
    public static let defaultSeriesMaximum = 2000

    /// The counter of refused series.
    static let droppedName = "batchd_metric_series_dropped_total"

    private let options: Options
    private let families = Mutex(Families())

    /// What the creator decides.
    private struct Options: Sendable {
        var help: [String: String]
        var buckets: [String: [Double]]
        var seriesMaximum: Int
    }

    private struct Families {
        var byName: [String: MetricFamily] = [:]
        var seriesCount = 0
        var droppedCount = 0
    }

    /// Creates an empty registry.
    ///
    /// - Parameters:
    ///   - help: The HELP sentence of a metric by its exposed name.
    ///   - buckets: Ascending upper bounds of a histogram by its exposed name, `+Inf` left out. Others get bounds for
    ///     seconds (timers) or counts (recorders).
    ///   - seriesMaximum: The most series, of all metrics together.
    public init(
        help: [String: String] = [:],
        buckets: [String: [Double]] = [:],
        seriesMaximum: Int = defaultSeriesMaximum
    ) {
        options = Options(help: help, buckets: buckets, seriesMaximum: seriesMaximum)
    }

    /// Everything, in text format 0.0.4: families by name, series by labels, so that equal states give equal bytes.
    public func exposition() -> String {
        let (snapshot, dropped) = families.withLock { ($0.byName.values.sorted { $0.name < $1.name }, $0.droppedCount) }
        var writer = ExpositionWriter()
        for family in snapshot {
            writer.write(family)
        }
        if dropped > 0 {
            writer.writeHeader(name: Self.droppedName, kind: .counter, help: "Series refused by the registry.")
            writer.writeSample(Self.droppedName, labels: "", value: Double(dropped))
        }
        return writer.text
    }

    /// Makes or finds a counter, `_total` added where its name lacks it.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard let counter = counter(label, dimensions) else { return NOOPMetricsHandler.instance }
        return counter
    }

    /// Makes or finds a counter, `_total` added where its name lacks it.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        guard let counter = counter(label, dimensions) else { return NOOPMetricsHandler.instance }
        return counter
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        guard let gauge = gauge(label, dimensions) else { return NOOPMetricsHandler.instance }
        return gauge
    }

    /// Makes or finds a histogram where values are aggregated, else a gauge of the last value.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate {
            let name = MetricName.sanitised(label)
            guard let histogram = histogram(name, dimensions, upperBounds: HistogramSeries.counts) else {
                return NOOPMetricsHandler.instance
            }
            return histogram
        }
        guard let gauge = gauge(label, dimensions) else { return NOOPMetricsHandler.instance }
        return gauge
    }

    /// Makes or finds a histogram of seconds, `_seconds` added where its name lacks it.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = MetricName.timer(label)
        guard let histogram = histogram(name, dimensions, upperBounds: HistogramSeries.seconds) else {
            return NOOPMetricsHandler.instance
        }
        return histogram
    }

    /// Keeps the series: a counter must not fall because its user went out of scope.
    public func destroyCounter(_ handler: any CounterHandler) {}

    /// Keeps the series, as above.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

    /// Keeps the series, as above.
    public func destroyMeter(_ handler: any MeterHandler) {}

    /// Keeps the series, as above.
    public func destroyRecorder(_ handler: any RecorderHandler) {}

    /// Keeps the series, as above.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries? {
        series(MetricName.counter(label), .counter, dimensions) { CounterSeries() }
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries? {
        series(MetricName.sanitised(label), .gauge, dimensions) { GaugeSeries() }
    }

    private func histogram(
        _ name: String,
        _ dimensions: [(String, String)],
        upperBounds: [Double]
    ) -> HistogramSeries? {
        series(name, .histogram, dimensions) { HistogramSeries(upperBounds: options.buckets[name] ?? upperBounds) }
    }

    /// Finds a series or makes it, if its name is free or of the same type and the bound is not reached.
    private func series<Series: MetricSeries>(
        _ name: String,
        _ kind: MetricKind,
        _ dimensions: [(String, String)],
        make: () -> Series
    ) -> Series? {
        let labels = LabelSet(dimensions).text
        return families.withLock { families in
            var family =
                families.byName[name] ?? MetricFamily(name: name, kind: kind, help: options.help[name] ?? "")
            if family.kind == kind, let known = family.series[labels] as? Series { return known }
            guard family.kind == kind, families.seriesCount < options.seriesMaximum else {
                families.droppedCount += 1
                return nil
            }
            let made = make()
            family.series[labels] = made
            families.byName[name] = family
            families.seriesCount += 1
            return made
        }
    }
}
