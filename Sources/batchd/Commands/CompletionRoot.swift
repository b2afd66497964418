import ArgumentParser
import Spool
import SystemPackage

/// What a shell offers of the root that a half-typed command line, or the environment, names.
enum CompletionRoot {
    /// Names of each directory that are looked at.
    private static let namesMaximum = 2000

    /// The queues.
    static let queues = CompletionKind.custom { words, _, _ in
        (try? open(words).queueNames()) ?? []
    }

    /// The jobs that the command can do something about; for `verify` also directories, where a path is begun.
    static let jobs = CompletionKind.custom { words, index, _ in
        let typed = words.indices.contains(index) ? words[index] : ""
        let command = words.dropFirst().first ?? ""
        if command == "verify", typed.contains("/"), typed.hasPrefix("/") || typed.hasPrefix(".") {
            return directories(typed)
        }
        guard let root = try? open(words), let queues = try? root.queueNames() else { return [] }
        return queues.flatMap { queue in
            let inspector = QueueInspector(disk: root.disk, queue: queue)
            let keys = try? inspector.knownKeys(in: places(for: command), maximum: namesMaximum)
            return (keys ?? []).map { "\(queue)/\($0)" }
        }
    }

    private static func open(_ words: [String]) throws -> SpoolRoot {
        let given = words.firstIndex(of: "--root").flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
        return try SpoolRoot(path: RootOption.path(given))
    }

    /// Where the jobs are that a command takes.
    static func places(for command: String) -> Set<JobPlace> {
        switch command {
        case "hold": [.underWay]
        case "release": [.held]
        case "cancel", "prioritize": [.underWay, .held]
        case "retry": [.held, .finished]
        case "verify": [.finished]
        default: Set(JobPlace.allCases)
        }
    }

    /// The directories that a path may go on to; of a single one also those in it, so that no shell ends the word.
    private static func directories(_ typed: String) -> [String] {
        let found = subdirectories(typed)
        return found.count == 1 ? found + subdirectories(found[0]) : found
    }

    private static func subdirectories(_ typed: String) -> [String] {
        let beginning = typed.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let parent = String(typed.dropLast(beginning.count))
        guard let disk = try? LinuxFileSystem(root: FilePath(parent)),
            let entries = try? disk.entries(of: "", maximum: namesMaximum)
        else { return [] }
        return entries.filter { $0.kind == .directory }.map(\.name.string)
            .filter { $0.hasPrefix(beginning) && (!$0.hasPrefix(".") || beginning.hasPrefix(".")) }
            .sorted().map { "\(parent)\($0)/" }
    }
}
