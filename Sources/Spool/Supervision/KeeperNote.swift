/// What the engine's keeper last said of itself to the parent.
public struct KeeperNote: Sendable, Equatable {
    /// When it said so, CLOCK_BOOTTIME.
    public var beatNanoseconds: Int64
    /// Whether recovery is over and the queues are watched.
    public var isReady: Bool
    /// How often it has read the configuration again, or tried to.
    public var reloads: Int
    /// What it is at, in a line for people.
    public var status: String

    /// Creates a note.
    public init(beatNanoseconds: Int64 = 0, isReady: Bool = false, reloads: Int = 0, status: String = "") {
        self.beatNanoseconds = beatNanoseconds
        self.isReady = isReady
        self.reloads = reloads
        self.status = status
    }

    /// What it says, without when: two numbers and the line.
    var payload: [UInt8] {
        Array("\(isReady ? 1 : 0) \(reloads) \(status)".utf8.prefix(InFlightBoard.payloadBytesMaximum))
    }

    /// Reads what `payload` wrote; nil where that is something else.
    init?(payload: [UInt8], beatNanoseconds: Int64) {
        let parts = payload.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let reloads = Int(String(decoding: parts[1], as: UTF8.self)) else { return nil }
        self.init(
            beatNanoseconds: beatNanoseconds,
            isReady: parts[0].elementsEqual([UInt8(ascii: "1")]),
            reloads: reloads,
            status: String(decoding: parts[2], as: UTF8.self)
        )
    }
}
