extension DropTrace {
    /// One file of the name, and what became of it.
    public struct Arrival: Sendable, Equatable {
        /// When it was accepted, or put away, seconds since 1970: what the last one is told by.
        var atSeconds: Double
        /// Where it stands; of a duplicate, the job that has its content.
        public var standing: JobStanding
        /// Whether it became no job, because one has its content.
        public var isDuplicate: Bool

        init(atSeconds: Double, _ standing: JobStanding, isDuplicate: Bool = false) {
            self.atSeconds = atSeconds
            self.standing = standing
            self.isDuplicate = isDuplicate
        }
    }
}

/// The name under which a duplicate is kept in `archive/`: `KEY.duplicate.jsonl`, `KEY.duplicate.2.jsonl`.
struct ArchivedDuplicate {
    /// The job that has its content.
    let key: String
    /// The name without the ending.
    let stem: String
    /// The ending that it was dropped with.
    let ending: String

    /// Takes a name apart; nil where it is none of a duplicate.
    init?(name: String) {
        let ending = IncomingName.jobEndings.first { name.hasSuffix($0) } ?? ""
        let stem = String(name.dropLast(ending.count))
        guard let match = stem.wholeMatch(of: /(.+)\.duplicate(?:\.[0-9]+)?/) else { return nil }
        key = String(match.1)
        self.stem = stem
        self.ending = ending
    }
}
