import SystemPackage

/// Who owns what in a root, and whether senders can write into `incoming/` and nowhere else.
public struct PermissionDiagnosis {
    private let disk: LinuxFileSystem
    private let queues: [String]
    private let user: UInt32

    /// Creates a diagnosis.
    ///
    /// - Parameters:
    ///   - disk: The root.
    ///   - queues: The names of its queues.
    ///   - user: The number of the user that batchd runs as.
    public init(disk: LinuxFileSystem, queues: [String], user: UInt32) {
        self.disk = disk
        self.queues = queues
        self.user = user
    }

    /// The root's own files and directories, and each queue's.
    ///
    /// - Returns: What was found; one finding for all that is as it should be.
    public func findings() -> [Finding] {
        let layouts = queues.map(QueueLayout.init)
        let ours =
            [SpoolLayout.spool, SpoolLayout.models, SpoolLayout.state, SpoolLayout.outbox]
            + layouts.flatMap { [$0.directory, $0.claimed, $0.jobs, $0.staging, $0.done, $0.archive] }
            + layouts.flatMap { [$0.quarantine, $0.hold] } + [SpoolLayout.lock]
        let configurations = layouts.map(\.configuration) + [SpoolLayout.daemonConfiguration]
        let judged =
            ours.map { judgement(of: $0, allowsGroup: false) }
            + configurations.map { judgement(ofConfiguration: $0) }
        let wrong = judged.compactMap(\.self)
        let sound = Finding(
            .permissions,
            .ok,
            "files and directories",
            "\(judged.count - wrong.count) of \(judged.count) are for \(Place.name(ofUser: user)) alone to write"
        )
        let collected = layouts.compactMap { judgement(of: $0.outbox, allowsGroup: true) }
        return [root(), sound] + wrong + collected + layouts.compactMap { incoming($0.incoming) }
    }

    private func root() -> Finding {
        do throws(FileSystemError) {
            let place = try disk.place(of: "")
            if let finding = judgement(of: place, at: ".", allowsGroup: false) { return finding }
            let seen = "\(place.userInWords):\(place.groupInWords) \(place.modeInWords)"
            guard place.mode & 0o005 == 0o005 else { return Finding(.permissions, .ok, ".", seen) }
            return Finding(
                .permissions,
                .note,
                ".",
                "\(seen): every user of this machine may read what batchd keeps, texts included",
                advice: "where that is not meant: chmod 2751 '\(disk.root)', see docs/SECURITY.md"
            )
        } catch {
            return .unseen(.permissions, ".", error)
        }
    }

    /// What is wrong with who may write there; nil where nothing is, or nothing is there.
    private func judgement(of path: FilePath, allowsGroup: Bool) -> Finding? {
        do throws(FileSystemError) {
            return judgement(of: try disk.place(of: path), at: path.string, allowsGroup: allowsGroup)
        } catch {
            return error.errno == .noSuchFileOrDirectory ? nil : .unseen(.permissions, path.string, error)
        }
    }

    /// What is wrong with who may change a configuration file: root may own it, and of a link its target is judged.
    private func judgement(ofConfiguration path: FilePath) -> Finding? {
        do throws(FileSystemError) {
            let place = try disk.place(of: path, followsLink: true)
            let isFile = try disk.status(of: path)?.kind == .regular
            let target = try isFile ? nil : disk.target(of: path)
            return place.user == 0
                ? writable(place, at: path.string, target: target, allowsGroup: false)
                : judgement(of: place, at: path.string, target: target, allowsGroup: false)
        } catch {
            // That a link leads to nothing is a mistake of the configuration, and said there.
            return error.errno == .noSuchFileOrDirectory ? nil : .unseen(.permissions, path.string, error)
        }
    }

    /// What is wrong with who may write at a path; `target` is what a link there leads to, where that was described.
    private func judgement(
        of place: Place,
        at path: String,
        target: FilePath? = nil,
        allowsGroup: Bool
    ) -> Finding? {
        let name = Place.name(ofUser: user)
        if place.user != user, user != 0 {
            return Finding(
                .permissions,
                .error,
                path,
                "\(place.inWords(target)): belongs to another user than \(name), as whom batchd runs",
                advice: target.map { "chown root '\($0)'" }
                    ?? "chown \(name) '\(disk.root.appending(path).lexicallyNormalized())'"
            )
        }
        return writable(place, at: path, target: target, allowsGroup: allowsGroup)
    }

    private func writable(_ place: Place, at path: String, target: FilePath?, allowsGroup: Bool) -> Finding? {
        let isPrivateGroup = place.groupInWords == place.userInWords
        let strangers: UInt32 = allowsGroup || isPrivateGroup ? 0o002 : 0o022
        guard place.mode & strangers != 0 else { return nil }
        return Finding(
            .permissions,
            .error,
            path,
            "\(place.inWords(target)): others than \(place.userInWords) may change what is there",
            advice: "chmod \(place.mode & 0o020 != 0 && !allowsGroup ? "g-w,o-w" : "o-w") "
                + "'\(target ?? disk.root.appending(path).lexicallyNormalized())'"
        )
    }

    private func incoming(_ path: FilePath) -> Finding? {
        do throws(FileSystemError) {
            return judgement(ofIncoming: try disk.place(of: path), at: path)
        } catch {
            return error.errno == .noSuchFileOrDirectory ? nil : .unseen(.permissions, path.string, error)
        }
    }

    private func judgement(ofIncoming place: Place, at path: FilePath) -> Finding {
        let whole = "'\(disk.root.appending(path.string))'"
        let seen = "\(place.userInWords):\(place.groupInWords) \(place.modeInWords)"
        func finding(_ severity: Finding.Severity, _ words: String, _ advice: String? = nil) -> Finding {
            Finding(.permissions, severity, path.string, "\(seen): \(words)", advice: advice)
        }
        if place.user != user, user != 0 {
            let name = Place.name(ofUser: user)
            return finding(.error, "not \(name)'s, who must rename files out of it", "chown \(name) \(whole)")
        }
        let isShared = place.mode & 0o022 != 0
        guard isShared else {
            return finding(
                .ok,
                "only \(place.userInWords) may drop files; for senders: chgrp GROUP, chmod 3730 \(whole)"
            )
        }
        if place.mode & 0o1000 == 0 {
            return finding(.warning, "senders can remove and replace each other's files", "chmod +t \(whole)")
        }
        if place.mode & 0o002 != 0 {
            return finding(.warning, "every user of this machine may drop files", "chmod o-w \(whole)")
        }
        if place.mode & 0o2000 == 0 {
            return finding(
                .warning,
                "files keep their senders' groups, so batchd may not read them",
                "chmod g+s \(whole)"
            )
        }
        return finding(.ok, "the group \(place.groupInWords) may drop files, and remove only its own")
    }
}

extension Place {
    /// "root:opsb 640", or of what a link leads to "links to '/etc/…', root:opsb 640".
    fileprivate func inWords(_ target: FilePath?) -> String {
        (target.map { "links to '\($0)', " } ?? "") + "\(userInWords):\(groupInWords) \(modeInWords)"
    }
}
