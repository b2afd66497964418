import ArgumentParser
import Spool

/// A job on a command line: `queue/KEY`, or KEY alone where only one queue has it.
struct JobArgument: ExpressibleByArgument {
    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    /// A job that was found.
    struct Found {
        var queue: String
        var key: String
        var inspector: QueueInspector
        var standing: JobStanding

        var name: String { "\(queue)/\(key)" }
    }

    /// Keys of each directory that are compared with a mistyped one.
    private static let suggestionsMaximum = 2000

    /// Finds the job.
    ///
    /// - Throws: `CommandFailure`: 66 where there is none, 64 where several queues have one.
    func find(in root: SpoolRoot) throws -> Found {
        let (wanted, key) = try places(in: root)
        let found = try wanted.compactMap { queue -> Found? in
            let inspector = QueueInspector(disk: root.disk, queue: queue)
            guard Self.isKey(key), let standing = try inspector.standing(of: key) else { return nil }
            return Found(queue: queue, key: key, inspector: inspector, standing: standing)
        }
        guard let first = found.first else { throw try unknown(key, in: wanted, of: root) }
        guard found.count == 1 else {
            let names = found.map(\.name).joined(separator: ", ")
            throw CommandFailure(ExitStatus.usage, "several queues have a job '\(key)'; say which: \(names)")
        }
        return first
    }

    /// The queues that are meant, and what of them.
    ///
    /// - Throws: `CommandFailure` where the queue is none.
    func places(in root: SpoolRoot) throws -> (queues: [String], key: String) {
        guard let slash = text.firstIndex(of: "/") else { return (try root.queueNames(), text) }
        let queue = String(text[..<slash])
        try root.requireQueue(queue)
        return ([queue], String(text[text.index(after: slash)...]))
    }

    /// Keys are file names: anything else must not become a path.
    static func isKey(_ key: String) -> Bool {
        !key.isEmpty && key.first != "." && !key.contains("/") && key.utf8.count <= 255 && !key.contains("\0")
    }

    private func unknown(_ key: String, in queues: [String], of root: SpoolRoot) throws -> CommandFailure {
        let known = try queues.flatMap { queue in
            try QueueInspector(disk: root.disk, queue: queue).knownKeys(maximum: Self.suggestionsMaximum)
                .map { "\(queue)/\($0)" }
        }
        let word = text.contains("/") || queues.count != 1 ? text : "\(queues[0])/\(key)"
        let names = text.contains("/") || queues.count == 1 ? known : known.map { String($0.split(separator: "/")[1]) }
        let hint =
            NearestName(to: word, among: names).map { "the nearest known job is '\($0.name)'" }
            ?? "no job is known; see 'batchd status'"
        return CommandFailure(ExitStatus.noInput, "there is no job '\(text)'; \(hint)")
    }
}
