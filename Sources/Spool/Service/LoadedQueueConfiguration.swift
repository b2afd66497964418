/// A queue's configuration and the text it came from.
public struct LoadedQueueConfiguration: Sendable, Equatable {
    /// The values.
    public var values: QueueConfiguration
    /// `queue.yaml`.
    public var text: String

    /// Creates a pair.
    public init(values: QueueConfiguration, text: String) {
        self.values = values
        self.text = text
    }
}
