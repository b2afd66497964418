import SystemPackage

extension QueueInspector {
    /// What this user may not see of what waits, and what would let him; nil where he may.
    ///
    /// - Throws: `FileSystemError`.
    public var unseenIncoming: String? {
        get throws {
            guard try !mayListIncoming else { return nil }
            return "this user may not list '\(layout.incoming)', where files wait; mode 3770 instead of 3730 lets "
                + "members of its group"
        }
    }

    /// Why a dropped file waits, as its name and its entry tell, or a daemon last said.
    ///
    /// - Parameter name: The name that was dropped, with its ending or without.
    /// - Returns: Nil where it does not wait, or nothing is known.
    /// - Throws: `FileSystemError`.
    public func waitingReason(of name: String) throws -> String? {
        let sources = IncomingName.jobEndings.map { name + $0 }
        let snapshot = try StatusReader.lastSnapshot(on: disk)
        for source in sources {
            guard let status = try incomingStatus(of: source) else { continue }
            let said = snapshot?.waitingFiles?[queue]?[source]
            guard status.kind == .directory else { return said }
            return QueueStatusReader(inspector: self, snapshot: nil, rowsMaximum: 1, finishedMaximum: 0)
                .directoryReason(source, said: said)
        }
        let unfinished = sources.flatMap { [".\($0)", "\($0).part", "\($0).tmp", ".\($0).part", ".\($0).tmp"] }
        guard let found = try unfinished.first(where: { try incomingStatus(of: $0) != nil }) else { return nil }
        return "'\(found)' is there; a hidden name, .part or .tmp is not taken before it is renamed"
    }

    /// Whether this user may see what waits; what is not there hides nothing.
    var mayListIncoming: Bool {
        get throws {
            do throws(FileSystemError) {
                guard try disk.status(of: layout.incoming) != nil else { return true }
                _ = try disk.entries(of: layout.incoming, maximum: 1)
                return true
            } catch {
                guard error.isRefusal else { throw error }
                return false
            }
        }
    }

    /// What waits under a name; nil also where this user may not look, for senders' files need be nobody else's.
    func incomingStatus(of name: String) throws -> FileStatus? {
        do throws(FileSystemError) {
            return try disk.status(of: layout.incoming.appending(name))
        } catch {
            guard error.isRefusal else { throw error }
            return nil
        }
    }
}
