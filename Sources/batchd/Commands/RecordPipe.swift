import BatchCore
import Glibc
import JSONLines
import Spool
import Synchronization
import SystemPackage

/// Reads lines, answers them on several threads and writes the answers in the order of the lines.
///
/// Every thread takes a block of lines, answers it, waits for its turn and writes it. So as many blocks are in memory
/// as there are threads, whoever is slow: the sender, the model or the reader.
final class RecordPipe: Sendable {
    /// Lines of a block at most; one that ends earlier is not waited for.
    static let blockRecordsMaximum = 1024
    /// Bytes of a block at most.
    static let blockBytesMaximum = 1 << 20

    private let settings: QueueConfiguration
    private let model: any BatchModel
    private let input: Mutex<PipeInput>
    private let output: Int32
    /// The block that may be written next.
    private let turn = Monitor(0)

    init(settings: QueueConfiguration, model: any BatchModel, input: Int32, output: Int32) {
        self.settings = settings
        self.model = model
        self.output = output
        self.input = Mutex(PipeInput(descriptor: input, limits: settings.inputLimits))
    }

    /// Works until the input ends; a failure ends the process.
    ///
    /// - Throws: `ThreadError`.
    func run(threads: Int) throws {
        let group = ThreadGroup()
        for _ in 0..<threads {
            try group.start { [self] in
                do {
                    try work()
                } catch {
                    end(with: error)
                }
            }
        }
        while !group.wait(seconds: 3600) {}
    }

    private func work() throws {
        var worker = try PipeWorker(settings: settings, model: model)
        while let block = try input.withLock({ try $0.next() }) {
            let lines = try worker.answer(block)
            turn.wait { $0 == block.ordinal ? Waiting.answer(()) : .wait(seconds: nil) }
            try write(lines)
            turn.withLock { $0 += 1 }
            turn.broadcast()
        }
    }

    /// Other threads may sleep in read(2) or wait for a turn that never comes: the process ends here.
    private func end(with error: any Error) -> Never {
        if let error = error as? PipeError, error.errno == .brokenPipe { _exit(ExitStatus.success) }
        let failure = CommandFailure(error)
        StandardStream.error("batchd: \(failure.description)\n")
        _exit(failure.code)
    }

    private func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw PipeError(operation: "writing to standard output", code: code)
            }
            rest = rest.dropFirst(count)
        }
    }
}
