import Spool
import SystemPackage

/// A directory in `spool/` that is no queue, for want of queue.yaml, and looks like one.
struct OrphanedQueue {
    let name: String
    /// Entries of `incoming/`; nil where it may not be read.
    let waiting: Int?

    /// The file that is missing, from the root.
    var file: String { QueueLayout(queue: name).configuration.string }

    /// "3 files wait", for sentences.
    var waitingInWords: String {
        guard let waiting else { return "files may wait" }
        return waiting == 1 ? "1 file waits" : "\(waiting) files wait"
    }

    /// What it means, and what to do.
    static let meaning = "no file of it is taken"
    /// What to do.
    var advice: String {
        "write it ('model: sentiment' is enough) and reload, or move 'spool/\(name)' away once nothing of it is wanted"
    }
}
