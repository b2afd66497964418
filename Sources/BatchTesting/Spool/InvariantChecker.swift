public import Spool
import SystemPackage

/// Checks what must hold of a root: at every instant, and when nothing is left to do.
public struct InvariantChecker {
    /// The records of one dropped file.
    public struct Expectation: Sendable, Equatable {
        /// Its queue.
        public var queue: String
        /// The name it was dropped under, without its ending.
        public var stem: String
        /// The line numbers of its records.
        public var lines: [Int]
        /// The jobs that may have answered it; each line is answered by exactly one of them.
        public var keys: Set<String>

        /// Expects a dropped file to be answered by the job of its name, or by others.
        public init(queue: String, stem: String, lines: some Sequence<Int>, keys: Set<String>? = nil) {
            self.queue = queue
            self.stem = stem
            self.lines = Array(lines)
            self.keys = keys ?? [stem]
        }
    }

    private let disk: any FileSystem
    private let queues: [String]

    /// Checks these queues of a root.
    public init(disk: any FileSystem, queues: [String]) {
        self.disk = disk
        self.queues = queues
    }

    /// What is wrong, whatever the daemon was doing: published directories that do not verify, archived input
    /// without a done record.
    ///
    /// - Returns: One sentence each, with the invariant's number.
    public func violationsAtAnyInstant() -> [String] {
        collecting { found in
            for job in try PublishedJob.all(on: disk, queues: queues) { found += job.violations }
            for queue in queues.map(QueueLayout.init(queue:)) where try disk.status(of: queue.archive) != nil {
                for name in try names(in: queue.archive) where !name.contains(".duplicate") {
                    guard case .job(let source) = IncomingName(bytes: Array(name.utf8), isDirectory: false) else {
                        continue
                    }
                    if try disk.status(of: queue.done(source.stem)) == nil {
                        found.append("I5 \(queue.archive)/\(name) is archived, \(queue.done(source.stem)) is missing")
                    }
                }
            }
        }
    }

    /// What is wrong once everything has been answered.
    ///
    /// - Parameters:
    ///   - expected: The dropped files.
    ///   - published: What became visible, collected since or not; nil to look at the outbox alone.
    /// - Returns: One sentence each, with the invariant's number.
    public func violationsWhenIdle(
        expected: [Expectation],
        published: [JobName: PublishedJob]? = nil
    ) -> [String] {
        violationsAtAnyInstant()
            + collecting { found in
                let visible = try PublishedJob.all(on: disk, queues: queues)
                let jobs = published ?? Dictionary(uniqueKeysWithValues: visible.map { ($0.job, $0) })
                for file in expected { found += try violations(of: file, in: jobs) }
                for queue in queues { found += try leftovers(in: QueueLayout(queue: queue)) }
                let keys = expected.map { file in file.keys.map { JobName(queue: file.queue, key: $0) } }.joined()
                for job in jobs.keys where !keys.contains(job) { found.append("I4 nobody dropped \(job)") }
            }
    }

    private func violations(of file: Expectation, in jobs: [JobName: PublishedJob]) throws -> [String] {
        var answered: [Int: Int] = [:]
        for key in file.keys {
            guard let job = jobs[JobName(queue: file.queue, key: key)] else { continue }
            let lines = try job.lines()
            if lines.results != lines.results.sorted() {
                return ["I1 results of \(file.queue)/\(key) are out of order"]
            }
            for line in lines.results + lines.errors { answered[line, default: 0] += 1 }
        }
        let wrong = Set(file.lines).union(answered.keys).filter { answered[$0] != (file.lines.contains($0) ? 1 : 0) }
        guard !wrong.isEmpty else { return [] }
        let words = wrong.sorted().prefix(5).map { "line \($0): \(answered[$0] ?? 0) times" }
        return ["I1 \(file.queue)/\(file.stem) is not answered exactly once: \(words)"]
    }

    private func leftovers(in queue: QueueLayout) throws -> [String] {
        var found: [String] = []
        for directory in [queue.staging, queue.jobs, queue.claimed, queue.hold] {
            let names = try names(in: directory)
            if !names.isEmpty { found.append("I6 \(directory) still holds \(names)") }
        }
        return found
    }

    private func names(in directory: FilePath) throws -> [String] {
        try disk.entries(of: directory, maximum: .max).map(\.name.string).sorted()
    }

    private func collecting(_ body: (inout [String]) throws -> Void) -> [String] {
        var found: [String] = []
        do {
            try body(&found)
        } catch {
            found.append("the root cannot be read: \(error)")
        }
        return found
    }
}
