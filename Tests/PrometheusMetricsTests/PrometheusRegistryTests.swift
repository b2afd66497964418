import CoreMetrics
import PrometheusMetrics
import Testing

@Suite struct PrometheusRegistryTests {
    @Test func countersAddUpWhoeverMakesThem() {
        let registry = PrometheusRegistry(help: ["records_total": "Records read."])
        Counter(label: "records", dimensions: [("queue", "news")], factory: registry).increment(by: 2)
        Counter(label: "records_total", dimensions: [("queue", "news")], factory: registry).increment()
        FloatingPointCounter(label: "cpu_seconds", factory: registry).increment(by: 0.5)
        #expect(
            registry.exposition() == """
                # TYPE cpu_seconds_total counter
                cpu_seconds_total 0.5
                # HELP records_total Records read.
                # TYPE records_total counter
                records_total{queue="news"} 3

                """
        )
    }

    @Test func counterNeverFalls() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "x_total", factory: registry)
        counter.increment(by: 5)
        counter.increment(by: -3)
        counter.destroy()
        #expect(registry.exposition().hasSuffix("x_total 5\n"))
    }

    @Test func gaugesHoldTheLastValue() {
        let registry = PrometheusRegistry()
        let meter = Meter(label: "jobs.waiting", factory: registry)
        meter.set(4)
        meter.decrement(by: 1)
        Recorder(label: "free-bytes", aggregate: false, factory: registry).record(Double.infinity)
        #expect(
            registry.exposition() == """
                # TYPE free_bytes gauge
                free_bytes +Inf
                # TYPE jobs_waiting gauge
                jobs_waiting 3

                """
        )
    }

    @Test func histogramBucketsAreCumulative() {
        let registry = PrometheusRegistry(buckets: ["batch_tokens": [10, 100]])
        let recorder = Recorder(
            label: "batch_tokens",
            dimensions: [("model", "m")],
            aggregate: true,
            factory: registry
        )
        for value in [1.0, 10, 11, 1000, .nan] { recorder.record(value) }
        #expect(
            registry.exposition() == """
                # TYPE batch_tokens histogram
                batch_tokens_bucket{model="m",le="10"} 2
                batch_tokens_bucket{model="m",le="100"} 3
                batch_tokens_bucket{model="m",le="+Inf"} 4
                batch_tokens_sum{model="m"} 1022
                batch_tokens_count{model="m"} 4

                """
        )
    }

    @Test func timersAreHistogramsOfSeconds() {
        let registry = PrometheusRegistry(buckets: ["publish_seconds": [0.5]])
        Timer(label: "publish", factory: registry).recordMilliseconds(250)
        let text = registry.exposition()
        #expect(text.contains("publish_seconds_bucket{le=\"0.5\"} 1\n"))
        #expect(text.contains("publish_seconds_sum 0.25\n"))
    }

    @Test func labelsAreEscapedSanitisedAndSorted() {
        let registry = PrometheusRegistry()
        let dimensions = [
            ("z", "1"), ("a-b", "back\\slash \"quote\"\nline 中文"), ("le", "2"), ("__name__", "3"), ("9", "4"),
        ]
        Counter(label: "9 lives/total", dimensions: dimensions, factory: registry).increment()
        let labels = #"_9="4",a_b="back\\slash \"quote\"\nline 中文",label___name__="3",label_le="2",z="1""#
        #expect(registry.exposition().hasSuffix("_9_lives_total{\(labels)} 1\n"))
    }

    @Test func orderOfLabelsDoesNotMakeAnotherSeries() {
        let registry = PrometheusRegistry()
        Counter(label: "x", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "x", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        #expect(registry.exposition().hasSuffix("x_total{a=\"1\",b=\"2\"} 2\n"))
    }

    @Test func seriesBeyondTheBoundAreCountedAndNotKept() {
        let registry = PrometheusRegistry(seriesMaximum: 2)
        for key in 0..<5 {
            Counter(label: "x", dimensions: [("job", "\(key)")], factory: registry).increment()
        }
        let lines = registry.exposition().split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("x_total{") }.count == 2)
        #expect(lines.contains("batchd_metric_series_dropped_total 3"))
    }

    @Test func nameOfAnotherTypeIsRefusedNotMixed() {
        let registry = PrometheusRegistry()
        Meter(label: "x_total", factory: registry).set(1)
        Counter(label: "x", factory: registry).increment()
        let text = registry.exposition()
        #expect(text.contains("# TYPE x_total gauge\nx_total 1\n"))
        #expect(text.contains("batchd_metric_series_dropped_total 1\n"))
    }

    @Test func concurrentIncrementsAreAllCounted() async {
        let registry = PrometheusRegistry()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 { Counter(label: "x", factory: registry).increment() }
                }
            }
        }
        #expect(registry.exposition().hasSuffix("x_total 8000\n"))
    }
}
