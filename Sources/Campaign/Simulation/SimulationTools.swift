import BatchTesting
import JSONLines
import Spool

/// What the runs of a seed share, since it is costly to make.
public final class SimulationTools {
    let model = MarkedTextModel()
    private let encoder: ZstdEncoder
    private var configurations: [String: LoadedQueueConfiguration] = [:]

    /// Makes tools for runs on one thread.
    ///
    /// - Throws: `JSONLinesError` where libzstd gets no memory.
    public init() throws {
        encoder = try ZstdEncoder(level: 1)
    }

    /// One zstd frame.
    func frame(of bytes: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        try? encoder.appendFrame(of: bytes.span.bytes, to: &frame)
        precondition(!frame.isEmpty, "libzstd compresses a few lines")
        return frame
    }

    /// A queue's configuration.
    func configuration(_ text: String) throws -> LoadedQueueConfiguration {
        if let known = configurations[text] { return known }
        let values = try QueueConfiguration.parse(yaml: text, file: "queue.yaml")
        let loaded = LoadedQueueConfiguration(values: values, text: text)
        configurations[text] = loaded
        return loaded
    }
}
