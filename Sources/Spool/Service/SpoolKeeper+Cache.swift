import BatchCore
import SystemPackage

/// The answers that queues keep for other nights.
extension SpoolKeeper {
    /// The cache of a job's queue and model; nil where the queue keeps none, or the model does not say what it is.
    func cache(
        for settings: QueueConfiguration,
        _ model: any BatchModel,
        in queue: QueueKeeper
    ) -> AnswerCache? {
        guard let bytesMaximum = settings.cacheBytes, let content = model.contentSHA256 else { return nil }
        let subject = AnswerCache.Subject(
            queue: queue.layout.queue,
            model: model.identity,
            content: content,
            columns: model.valuesPerRecord,
            bytesMaximum: bytesMaximum
        )
        if let known = queue.cache, known.subject == subject { return known }
        // A queue has one: another model's, or another size, takes its directory over.
        queue.cache?.close()
        let cache = AnswerCache(subject, disk: disk, provenance: provenance, logger: logger)
        queue.cache = cache
        return cache
    }

    /// A number that no other job of this life has; 0 stands for former lives.
    func nextOrigin() -> UInt32 {
        originCount = originCount == .max ? 1 : originCount + 1
        return originCount
    }

    /// Removes the caches of queues that are gone, or keep none any more; where that fails, the next start does.
    func removeCaches(except configurations: [String: LoadedQueueConfiguration]) {
        hasRemovedCaches = true
        guard (try? disk.status(of: SpoolLayout.caches)?.kind) == .directory else { return }
        for entry in (try? disk.entries(of: SpoolLayout.caches, maximum: .max)) ?? []
        where configurations[entry.name.string]?.values.cacheBytes == nil {
            try? disk.removeTree(SpoolLayout.caches.appending(entry.name))
        }
    }
}
