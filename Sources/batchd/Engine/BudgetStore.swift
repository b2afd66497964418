import BatchCore
import FoundationEssentials
import Spool
import SystemPackage

/// `state/budgets.json`: the batch budgets that were found on this machine, so that they are found once.
///
/// The file is a cache: a machine of another kind, or a file that cannot be read, means tuning again.
struct BudgetStore {
    let disk: any FileSystem

    private struct Document: Codable {
        var machine: String
        var budgets: [Entry]
    }

    private struct Entry: Codable {
        var model: ModelIdentity
        var tokens: Int
    }

    /// The largest file that is read, in bytes.
    private static let bytesMaximum = 1 << 20

    /// The budgets of this machine; none where nothing usable is there.
    func load() -> [ModelIdentity: Int] {
        guard let bytes = try? disk.readFile(SpoolLayout.budgets, bytesMaximum: Self.bytesMaximum),
            let document = try? DocumentCoding.decode(Document.self, from: bytes),
            document.machine == Self.machine
        else { return [:] }
        return Dictionary(document.budgets.filter { $0.tokens > 0 }.map { ($0.model, $0.tokens) }) { $1 }
    }

    /// The budget that an engine of a root found for a model on this machine.
    ///
    /// - Parameters:
    ///   - model: The model, in the precision that it runs in.
    ///   - root: The root's path; a directory that is no root has no budgets.
    /// - Returns: The budget in tokens; nil where none was found.
    static func budget(for model: ModelIdentity, root: String) -> Int? {
        guard let disk = try? LinuxFileSystem(root: FilePath(root)) else { return nil }
        return BudgetStore(disk: disk).load()[model]
    }

    /// Adds budgets; a failure costs only tuning again.
    func add(_ new: [ModelIdentity: Int]) {
        let all = load().merging(new) { $1 }
        let entries = all.map { Entry(model: $0.key, tokens: $0.value) }
            .sorted { ($0.model.reference, $0.model.precision) < ($1.model.reference, $1.model.precision) }
        guard let bytes = try? DocumentCoding.encode(Document(machine: Self.machine, budgets: entries), indented: true)
        else { return }
        try? disk.writeDurably(bytes, to: SpoolLayout.budgets)
    }

    private static var machine: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = model?.split(separator: ":").last.map { $0.drop { $0 == " " } } ?? "unknown"
        return "\(name), \(Machine.secondLevelCacheBytes) bytes of second-level cache, \(Machine.provenance.isa)"
    }
}
