import BatchTesting
import Logging
import Spool
import SystemPackage

/// A root of one queue whose files a test drops by hand.
final class OneQueue {
    static let configuration = """
        model: marked
        shard_records: 8
        settle_seconds: 0
        """

    let clock = ManualClock()
    let disk: SimulatedDisk
    let model = MarkedTextModel()
    let layout = QueueLayout(queue: "q")

    init() {
        disk = SimulatedDisk(clock: clock)
        for directory in layout.directories { disk.dropDirectory(directory) }
    }

    func drop(_ text: String, as name: String) {
        disk.drop(Array(text.utf8), at: layout.incoming.appending(name))
    }

    func harness(
        _ configuration: String = OneQueue.configuration,
        on other: (any FileSystem)? = nil,
        reportWriter: any ReportWriter = PlainReportWriter(),
        logger: Logger = SpoolHarness.silence,
        maintain: @escaping (Int) -> Void = { _ in },
        isDead: @escaping @Sendable () -> Bool = { false }
    ) throws -> SpoolHarness {
        try SpoolHarness(
            disk: other ?? disk,
            clock: clock,
            queues: ["q": configuration],
            model: model,
            reportWriter: reportWriter,
            logger: logger,
            isDead: isDead,
            maintain: maintain
        )
    }

    /// The configuration as a keeper takes it.
    func loaded(_ configuration: String = OneQueue.configuration) throws -> [String: LoadedQueueConfiguration] {
        let values = try QueueConfiguration.parse(yaml: configuration, file: "queue.yaml")
        return ["q": LoadedQueueConfiguration(values: values, text: configuration)]
    }

    func job(_ key: String) throws -> PublishedJob { try PublishedJob(JobName(queue: "q", key: key), on: disk) }

    func names(in directory: FilePath) throws -> [String] {
        try disk.entries(of: directory, maximum: .max).map(\.name.string).sorted()
    }
}
