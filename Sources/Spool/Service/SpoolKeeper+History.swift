import BatchCore
import Logging

extension SpoolKeeper {
    /// Whether the former jobs of a queue are known to those who ask for them: monitors and reports.
    ///
    /// They are read when a job is first to be published, for a queue into which nothing is dropped needs none; and a
    /// few in each turn, for other queues, commands and the end of the daemon must not wait for them.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - isNeeded: Whether alarms depend on them.
    /// - Returns: Whether jobs can be published now; false where the next turn reads on.
    /// - Throws: `FileSystemError`, where they are needed and cannot be read.
    func knowsHistory(of queue: QueueKeeper, isNeeded: Bool) throws -> Bool {
        guard queue.history == nil, isNeeded || reportWriter != nil else { return true }
        do {
            var reading = try queue.historyReading ?? HistoryReading(of: queue.layout, on: disk)
            queue.historyReading = nil
            queue.history = try reading.advance()
            if queue.history == nil { queue.historyReading = reading }
            return queue.history != nil
        } catch {
            // A page can do without the past. An alarm cannot: what stands would be forgotten, or raised again.
            if isNeeded { throw error }
            logger.warning(
                "former jobs cannot be read; this job is not compared with them",
                metadata: ["queue": "\(queue.layout.queue)", "reason": "\(error)"]
            )
            return true
        }
    }
}
