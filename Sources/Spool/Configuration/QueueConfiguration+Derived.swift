public import BatchCore
public import JSONLines

extension QueueConfiguration {
    /// The retry policy that the engine decides by.
    public var retryPolicy: RetryPolicy {
        RetryPolicy(
            attemptsMaximum: retry.attempts,
            baseSeconds: retry.base.seconds,
            capSeconds: retry.cap.seconds,
            deadlineSeconds: retry.deadline.seconds,
            shardTimeoutSeconds: retry.shardTimeout.seconds
        )
    }

    /// The records of a shard of a job that this model answers.
    ///
    /// Explaining an answer may be many times the work of giving it, and a shard shall still take seconds.
    public func shardRecords(for model: any BatchModel) -> Int {
        if let shardRecords { return shardRecords }
        guard output.explain > 0 else { return model.shardRecords }
        return min(model.shardRecords, max(model.shardRecords / max(model.explanationPasses, 1), Self.explainedMinimum))
    }

    /// The records of a shard whose answers are explained, at least: with fewer a large job has too many shards.
    private static let explainedMinimum = 32

    /// The fields that monitors group by, each once.
    public var groupFields: [String] {
        monitors.compactMap(\.groupBy).reduce(into: []) { fields, field in
            if !fields.contains(field) { fields.append(field) }
        }
    }

    /// The limits that reading keeps to.
    public var inputLimits: InputLimits {
        var limits = InputLimits()
        limits.compressedBytesMaximum = self.limits.compressedBytes
        limits.decodedBytesMaximum = self.limits.decodedBytes
        limits.ratioMaximum = self.limits.ratio
        limits.windowLogMaximum = self.limits.windowLog
        limits.framesMaximum = self.limits.frames
        limits.lineBytesMaximum = self.limits.lineBytes
        limits.depthMaximum = self.limits.depth
        limits.keysPerObjectMaximum = self.limits.keys
        return limits
    }

    /// The age at which a dropped file counts as complete, in seconds.
    var settleSeconds: Double { settle.seconds }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension DaemonConfiguration {
    /// How often directories are read even if nothing announced a change, in seconds.
    public var pollSeconds: Double { poll.seconds }
}
