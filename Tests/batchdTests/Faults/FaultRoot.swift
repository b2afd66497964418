import BatchTesting
import Campaign
import Glibc
import Spool
import SystemPackage

/// A root on the real disk with one queue whose model does what marked texts say, and the debug binary to run it.
final class FaultRoot {
    static let queue = "marked"
    let real: RealRoot

    init(retry: String = "{ attempts: 6, base: 1ms, cap: 5ms, shard_timeout: 1m }") throws {
        guard let template = strdup("/tmp/batchd-fault.XXXXXX") else { throw Errno.noMemory }
        defer { free(template) }
        guard mkdtemp(template) != nil else { throw Errno(rawValue: errno) }
        guard let executable = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
        defer { free(executable) }
        real = try RealRoot(
            at: FilePath(platformString: template),
            queues: [Self.queue: "model: testing/marked\nshard_records: 4\nsettle_seconds: 0\nretry: \(retry)\n"],
            binary: FilePath(platformString: executable).removingLastComponent().appending("batchd")
        )
    }

    deinit {
        real.remove()
    }

    /// Drops a job file of these texts.
    func drop(_ texts: [String], as name: String) throws {
        try real.drop(texts, as: name, in: Self.queue)
    }

    /// The job that came out of a dropped file.
    func job(_ key: String) throws -> PublishedJob {
        try real.job(key, in: Self.queue)
    }

    func violations(expecting jobs: [(String, Int)]) -> [String] {
        real.checker.violationsWhenIdle(expected: jobs.map { .init(queue: Self.queue, stem: $0.0, lines: 1...$0.1) })
    }
}
