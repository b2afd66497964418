import Synchronization

/// Answers that were computed before, in a fixed amount of memory that all compute threads share.
///
/// It is cut into segments with a lock each, so that threads hardly ever meet; a full segment forgets its oldest
/// answers. What is found depends on what other threads do, an answer does not: it is the one that would be computed.
public final class AnswerMemory: Sendable {
    /// What the answers of all jobs take at most, in bytes, where jobs share a memory that lasts as long as they do.
    public static let bytesForJobs = 64 << 20
    /// The parts that are locked apart.
    public static let segmentCount = 256

    private final class Segment: Sendable {
        let content: Mutex<AnswerSegment>

        init(bytes: Int) {
            content = Mutex(AnswerSegment(bytes: bytes))
        }
    }

    private let segments: [Segment]

    /// Creates an empty memory, which takes memory as it fills.
    ///
    /// - Parameter bytes: The most that it takes, index included.
    public init(bytes: Int = AnswerMemory.bytesForJobs) {
        segments = (0..<Self.segmentCount).map { _ in Segment(bytes: bytes / Self.segmentCount) }
    }

    /// Looks for an answer.
    func find(_ digest: TextDigest, into rows: inout PredictionRows) -> RecalledText? {
        segments[index(of: digest)].content.withLock { $0.find(digest, into: &rows) }
    }

    /// Remembers an answer, unless it is known or too long.
    ///
    /// - Parameters:
    ///   - digest: The digest of the text, under the key of the scope that may find it.
    ///   - origin: The number of the scope that it was computed for.
    ///   - answer: The answer as `PackedAnswer` packed it.
    public func insert(_ digest: TextDigest, origin: UInt32, answer: Span<UInt64>) {
        segments[index(of: digest)].content.withLock { $0.insert(digest, origin: origin, answer: answer) }
    }

    /// Other bits than those that choose a bucket within the segment.
    private func index(of digest: TextDigest) -> Int { Int(digest.low >> 56) }
}
