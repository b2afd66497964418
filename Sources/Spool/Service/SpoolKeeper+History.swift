import BatchCore
import Logging

extension SpoolKeeper {
    /// The former jobs of a queue.
    ///
    /// They are read when somebody first asks for them: a queue into which nothing is dropped needs none, and a start
    /// should not wait for them.
    ///
    /// - Parameter queue: The queue.
    /// - Returns: What is known; nothing where `done/` cannot be listed, which is tried again the next time.
    func history(of queue: QueueKeeper) -> QueueHistory {
        if let history = queue.history { return history }
        do {
            let history = try QueueHistory(of: queue.layout, on: disk)
            queue.history = history
            return history
        } catch {
            logger.warning(
                "former jobs cannot be read; this job is not compared with them",
                metadata: ["queue": "\(queue.layout.queue)", "reason": "\(error)"]
            )
            return QueueHistory()
        }
    }
}
