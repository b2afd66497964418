public import BatchCore
import Glibc
import Synchronization

/// A model whose answers follow from the text alone, and that throws, traps or hangs where a text tells it to.
public final class MarkedTextModel: BatchModel {
    /// What a text contains to bring its worker down.
    public enum Mark: String, Sendable, CaseIterable {
        /// `predict` throws, every time.
        case throwing = "[throws]"
        /// `predict` throws as often as `failFlakyTexts` said.
        case flaky = "[flaky]"
        /// The process traps.
        case trapping = "[traps]"
        /// `predict` never returns.
        case hanging = "[hangs]"
    }

    private struct Moods: Sendable {
        var flakyFailures = 0
        var isBroken = false
    }

    private let moods = Mutex(Moods())

    /// What results say of it, `marked@1`.
    public let identity = ModelIdentity(
        name: "marked",
        version: 1,
        weightsSHA256: String(repeating: "0", count: 64),
        precision: "exact"
    )

    /// Three labels.
    public let labels = ["odd", "even", "other"]

    /// Creates a model in good health.
    public init() {}

    /// Has texts with the flaky mark fail so many more times.
    public func failFlakyTexts(times: Int) {
        moods.withLock { $0.flakyFailures = times }
    }

    /// Has every text fail, known-good ones too, or mends that.
    public func setBroken(_ isBroken: Bool) {
        moods.withLock { $0.isBroken = isBroken }
    }

    /// Makes a session.
    public func makeSession() -> any ModelSession {
        MarkedTextSession(model: self)
    }

    fileprivate func shouldFail(_ mark: Mark?) -> Bool {
        moods.withLock { moods in
            if moods.isBroken || mark == .throwing { return true }
            guard mark == .flaky, moods.flakyFailures > 0 else { return false }
            moods.flakyFailures -= 1
            return true
        }
    }
}

/// What `MarkedTextModel` throws.
public struct MarkedTextFailure: Error, CustomStringConvertible {
    /// "the text says so".
    public var description: String { "the text says so" }
}

/// Packs two tokens a text: its hash, and the number of its mark.
private final class MarkedTextSession: ModelSession {
    private let model: MarkedTextModel

    init(model: MarkedTextModel) {
        self.model = model
    }

    func encode(
        _ text: Span<UInt8>,
        pair: Span<UInt8>?,
        onLong: LongTextPolicy,
        into batch: inout PackedBatch
    ) -> EncodedText {
        // FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
        var hash: UInt32 = 2_166_136_261
        var bytes: [UInt8] = []
        for index in text.indices {
            hash = (hash ^ UInt32(text[index])) &* 16_777_619
            bytes.append(text[index])
        }
        let words = String(decoding: bytes, as: UTF8.self)
        let mark = MarkedTextModel.Mark.allCases.firstIndex { words.contains($0.rawValue) }
        batch.tokens += [hash, UInt32(mark.map { $0 + 1 } ?? 0)]
        batch.endRecord()
        return EncodedText(inputTokens: 2)
    }

    func predict(_ batch: borrowing PackedBatch, into predictions: inout PredictionRows) throws {
        for record in 0..<batch.recordCount {
            let number = Int(batch.tokens[2 * record + 1])
            let mark = number == 0 ? nil : MarkedTextModel.Mark.allCases[number - 1]
            if model.shouldFail(mark) { throw MarkedTextFailure() }
            if mark == .trapping { fatalError("a marked text") }
            while mark == .hanging { sleep(60) }
            let best = Int(batch.tokens[2 * record] % 3)
            for label in 0..<3 { predictions.values.append(label == best ? 0.75 : 0.125) }
        }
    }
}
