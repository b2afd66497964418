extension EncoderShape {
    /// Multiplications of the matrices that every token goes through, in all layers.
    var multiplicationsPerToken: Double {
        let attention = 4 * Double(hidden) * Double(contextColumns)
        let feedForward = 2 * Double(hidden) * Double(intermediate)
        return Double(layers) * (attention + feedForward)
    }

    /// The records of a shard: the largest power of two whose work a slow core does in `ShardWork.secondsMaximum`.
    var shardRecords: Int {
        let operationsPerRecord = 2 * multiplicationsPerToken * ShardWork.tokensPerRecord
        let secondsPerRecord = operationsPerRecord / ShardWork.operationsPerSecond
        var records = ShardWork.records.upperBound
        while records > ShardWork.records.lowerBound, Double(records) * secondsPerRecord > ShardWork.secondsMaximum {
            records /= 2
        }
        return records
    }
}

/// What a shard of an encoder's work is made from.
enum ShardWork {
    /// Floating-point operations a second of a core that is neither the newest nor alone in its machine.
    static let operationsPerSecond = 50e9
    /// The tokens of a paragraph.
    static let tokensPerRecord = 100.0
    /// Seconds of a core, at most; powers of two then make it 3 to 6. A core ten times as fast, or texts of ten
    /// tokens, leave a fraction of a second, which is still far more than the syncing of the shard's file.
    static let secondsMaximum = 6.0
    /// Records at least, so that a job of ten million records, the most that queues take by default, has few enough
    /// shards even with the largest encoders; and at most, so that what a crash loses stays bounded with the smallest.
    static let records = 32...1024
}
