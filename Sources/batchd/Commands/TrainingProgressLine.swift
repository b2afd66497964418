import Training

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Says how far a training is, on standard error: a line that changes on a terminal, plain lines elsewhere.
struct TrainingProgressLine: Sendable {
    private let isTerminal = StandardStream.errorIsScreen

    /// Shows progress; off a terminal, only the end of each epoch.
    func show(_ progress: TrainingProgress) {
        let isEnd = progress.done == progress.total
        guard isTerminal || isEnd else { return }
        let percent = progress.done * 100 / max(1, progress.total)
        let loss = EvaluationReport.fixed(progress.loss, digits: 4)
        let line = "epoch \(progress.epoch)/\(progress.epochs) \(percent) % of \(progress.total) texts, error \(loss)"
        put(isTerminal ? "\r\u{1B}[K\(line)\(isEnd ? "\n" : "")" : "\(line)\n")
    }

    /// Says one thing for good.
    func say(_ text: String) {
        put("\(text)\n")
    }

    private func put(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { writeToStandardError($0) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}

private func writeToStandardError(_ bytes: UnsafeRawBufferPointer) -> Int {
    write(2, bytes.baseAddress, bytes.count)
}
