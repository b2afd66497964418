/// The type of a metric, as a TYPE line says it.
enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// All series of one name.
struct MetricFamily: Sendable {
    let name: String
    let kind: MetricKind
    let help: String
    /// By their labels as exposed, without braces.
    var series: [String: any MetricSeries] = [:]
}

/// One time series, or the several that make a histogram.
protocol MetricSeries: AnyObject, Sendable {
    /// Writes the current state.
    func write(name: String, labels: String, to writer: inout ExpositionWriter)
}
