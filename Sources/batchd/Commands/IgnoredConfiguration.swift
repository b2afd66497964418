import Spool
import SystemPackage

/// A file that looks like one of the configuration, and that batchd does not read.
struct IgnoredConfiguration {
    /// The file: from the root, or its whole path where it lies elsewhere.
    let file: String
    /// Why it is not read.
    let reason: String
    /// What to do.
    let advice: String
    /// Whether nothing is wrong with it, and it is only too early.
    var isEarly = false

    /// A file whose name ends in `.yml`.
    init(misnamed file: FilePath) {
        self.file = file.string
        reason = "is not read: its name must end in .yaml"
        advice = "make it '\(FilePath.yaml(file).lastComponent?.string ?? "")', or remove it; then reload"
    }

    /// A file among those that become queues, and that none is linked to.
    init(unlinked file: FilePath) {
        self.file = file.string
        let name = file.stem ?? ""
        let isName = name.first?.isLetter == true || name.first?.isNumber == true
        if isName && name.utf8.allSatisfy({ Self.nameBytes.contains($0) }) {
            reason = "is no queue yet"
            advice = "'systemctl reload batchd', or a start, makes it one"
            isEarly = true
        } else {
            reason = "names no queue: letters, digits, '.', '_' and '-', beginning with a letter or digit"
            advice = "rename it, then reload"
        }
    }

    /// What the name of a queue may consist of, as prepare-queues of the package has it.
    private static let nameBytes = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".utf8)
}

extension SpoolRoot {
    /// The folder beside a linked batchd.yaml that has a file for each queue, as the Debian package keeps it.
    private static let queueFolder: FilePath.Component = "queues"

    /// Files beside those of the configuration that look like them; nothing where one may not look.
    func ignoredConfigurations() -> [IgnoredConfiguration] {
        let directories = ((try? disk.entries(of: SpoolLayout.spool, maximum: .max)) ?? []).filter {
            $0.kind == .directory
        }
        let queues = directories.map { QueueLayout(queue: $0.name.string).configuration.string }.sorted()
        let misnamed = ([SpoolLayout.daemonConfiguration] + queues.map { FilePath($0) }).map(FilePath.yml)
        return misnamed.filter { disk.owner(of: $0) != nil }.map(IgnoredConfiguration.init(misnamed:))
            + unlinkedConfigurations()
    }

    private func unlinkedConfigurations() -> [IgnoredConfiguration] {
        guard let home = try? disk.target(of: SpoolLayout.daemonConfiguration).removingLastComponent(), home != path,
            let folder = try? LinuxFileSystem(root: home.appending(Self.queueFolder)),
            let entries = try? folder.entries(of: "", maximum: .max)
        else { return [] }
        let queues = (try? queueNames()) ?? []
        let read = Set(queues.compactMap { try? disk.target(of: QueueLayout(queue: $0).configuration) })
        return entries.map(\.name).sorted { $0.string < $1.string }.compactMap { name in
            let file = folder.root.appending(name)
            switch name.extension {
            case "yml": return IgnoredConfiguration(misnamed: file)
            case "yaml":
                guard let target = try? folder.target(of: FilePath(root: nil, [name])), !read.contains(target) else {
                    return nil
                }
                return IgnoredConfiguration(unlinked: file)
            default: return nil
            }
        }
    }
}

extension FilePath {
    fileprivate static func yml(_ path: FilePath) -> FilePath { path.ending(in: "yml") }
    fileprivate static func yaml(_ path: FilePath) -> FilePath { path.ending(in: "yaml") }

    private func ending(in ending: String) -> FilePath {
        var path = self
        path.extension = ending
        return path
    }
}
