public import BatchCore
import SystemPackage

/// What of a queue waits for a person, or for a daemon that does not come.
public struct LeftOverDiagnosis {
    private let disk: any FileSystem
    private let layout: QueueLayout
    private let time: any TimeSource
    private let isRunning: Bool

    /// The most entries of a directory that are looked at.
    fileprivate static let entriesMaximum = 10_000
    /// The age at which what a running daemon has taken counts as old, in seconds.
    private static let oldSeconds = 86_400.0
    /// For how long a failed job is worth a warning, in seconds.
    private static let failedSeconds = 86_400.0

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queue: The queue.
    ///   - time: The clock that ages are counted by.
    ///   - isRunning: Whether a daemon runs this root.
    public init(disk: any FileSystem, queue: String, time: any TimeSource, isRunning: Bool) {
        self.disk = disk
        layout = QueueLayout(queue: queue)
        self.time = time
        self.isRunning = isRunning
    }

    /// Each directory in which something may be left.
    ///
    /// - Returns: What was found; one finding where nothing is left.
    public func findings() -> [Finding] {
        var findings = [waiting(), underWay(layout.claimed), underWay(layout.jobs)]
        findings.append(
            setAside(layout.hold, "mend what 'batchd status' names, then: batchd retry \(layout.queue)/KEY")
        )
        findings.append(setAside(layout.quarantine, "'batchd status' says why; have the files sent again"))
        findings.append(failed())
        let left = findings.compactMap(\.self)
        return left.isEmpty ? [Finding(.leftOvers, .ok, layout.queue, "nothing waits for a person")] : left
    }

    private struct Heap {
        var count = 0
        var oldestSeconds = 0.0
        var words: String {
            "\(count)\(count >= LeftOverDiagnosis.entriesMaximum ? "+" : ""), the oldest for \(oldestSeconds.ageInWords)"
        }
    }

    /// Counts the entries of a directory with the age of the oldest, by what batchd last wrote or the sender did.
    private func heap(_ directory: FilePath) throws(FileSystemError) -> Heap {
        var heap = Heap()
        guard try disk.status(of: directory) != nil else { return heap }
        for entry in try disk.entries(of: directory, maximum: Self.entriesMaximum) {
            let name = entry.name.string
            if name.hasPrefix(".") || name.hasSuffix(QuarantineNote.ending) { continue }
            // The input of a held job lies beside it.
            if directory == layout.hold, entry.kind != .directory || name.hasSuffix(".input") { continue }
            // What is moved on meanwhile is not left over.
            guard let status = try disk.status(of: directory.appending(entry.name)) else { continue }
            heap.count += 1
            heap.oldestSeconds = max(heap.oldestSeconds, time.wallSeconds - status.modifiedSeconds)
        }
        return heap
    }

    private func waiting() -> Finding? {
        do throws(FileSystemError) {
            let heap = try heap(layout.incoming)
            guard heap.count > 0, !isRunning || heap.oldestSeconds > Self.oldSeconds else { return nil }
            let path = layout.incoming.string
            guard isRunning else {
                let advice = "start it: batchd run, or wait for the timer that does"
                return Finding(.leftOvers, .note, path, "\(heap.words), and no daemon runs", advice: advice)
            }
            let advice = "'batchd status' says what each waits for"
            return Finding(.leftOvers, .warning, path, "\(heap.words), though a daemon runs", advice: advice)
        } catch {
            return .unseen(.leftOvers, layout.incoming.string, error)
        }
    }

    private func underWay(_ directory: FilePath) -> Finding? {
        do throws(FileSystemError) {
            let heap = try heap(directory)
            guard heap.count > 0 else { return nil }
            guard isRunning else {
                let advice = "start batchd: it goes on where it was"
                return Finding(
                    .leftOvers,
                    .warning,
                    directory.string,
                    "\(heap.words), and no daemon runs",
                    advice: advice
                )
            }
            guard heap.oldestSeconds > Self.oldSeconds else { return nil }
            let advice = "'batchd status' says how far each is; touch nothing there"
            return Finding(.leftOvers, .warning, directory.string, heap.words, advice: advice)
        } catch {
            return .unseen(.leftOvers, directory.string, error)
        }
    }

    private func setAside(_ directory: FilePath, _ advice: String) -> Finding? {
        do throws(FileSystemError) {
            let heap = try heap(directory)
            guard heap.count > 0 else { return nil }
            return Finding(.leftOvers, .warning, directory.string, heap.words, advice: advice)
        } catch {
            return .unseen(.leftOvers, directory.string, error)
        }
    }

    /// Jobs of the last day that were published as failed.
    private func failed() -> Finding? {
        do {
            let files = JobFiles(disk: disk, layout: layout)
            let recent = try files.doneEntries(since: time.wallSeconds - Self.failedSeconds)
            let keys = try recent.map(\.key).filter { try files.done($0).outcome == .failed }
            guard let first = keys.min() else { return nil }
            let seen = "\(keys.count) published as failed within \(Self.failedSeconds.ageInWords), such as '\(first)'"
            return Finding(
                .leftOvers,
                .warning,
                layout.done.string,
                seen,
                advice: "'batchd status' says why each failed"
            )
        } catch let error as FileSystemError {
            return .unseen(.leftOvers, layout.done.string, error)
        } catch {
            let advice = "put it back from a copy; without it its file, dropped again, is answered again"
            return Finding(.leftOvers, .error, layout.done.string, "a record cannot be read: \(error)", advice: advice)
        }
    }
}
