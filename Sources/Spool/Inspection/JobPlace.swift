import SystemPackage

/// Where a job, or a file that is to become one, can be looked for by its key.
public enum JobPlace: Sendable, CaseIterable {
    /// Dropped, and not taken yet.
    case incoming
    /// Accepted, and not at its end.
    case underWay
    /// Waits for an operator.
    case held
    /// Published.
    case finished
}

extension QueueLayout {
    /// Where jobs of a place lie.
    func directory(of place: JobPlace) -> FilePath {
        switch place {
        case .incoming: incoming
        case .underWay: jobs
        case .held: hold
        case .finished: done
        }
    }
}
