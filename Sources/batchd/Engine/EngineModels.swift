import BatchCore
import BatchTesting
import FoundationEssentials
import Glibc
import Models
import Spool
import Synchronization
import SystemPackage

/// Loads models by reference, each one once, whatever it is called.
final class EngineModels: Sendable {
    private let root: String
    private let forcedKernels = ProcessInfo.processInfo.environment["BATCHD_FORCE_ISA"]
    /// Whether `testing/marked` names a model that a text can bring down: in debug builds, and where the environment
    /// asks for it, so that a release is proved as it is shipped.
    private let hasTestModels: Bool = {
        #if DEBUG
        true
        #else
        ProcessInfo.processInfo.environment["BATCHD_TEST_MODELS"] == "1"
        #endif
    }()
    /// Whether what packing a model computes is kept beside it for the next time.
    private let keepsPacked: Bool
    private let loaded = Mutex(Loaded())
    /// Held while a model is read, so that no two threads read the same one.
    private let reading = Mutex(())

    private struct Wanted: Hashable {
        var reference: String
        var precision: PrecisionChoice
    }

    /// What references stand for: two directories may hold the same weights with different tokenizers.
    private struct Found: Hashable {
        var path: String?
        var identity: ModelIdentity
    }

    private struct Loaded {
        var references: [Wanted: any BatchModel] = [:]
        var models: [Found: any BatchModel] = [:]
    }

    init(root: FilePath, keepsPacked: Bool = true) {
        self.root = root.string
        self.keepsPacked = keepsPacked
    }

    /// Loads a model; the same reference and precision give the same model for as long as this process lives.
    func load(_ reference: String, precision: PrecisionChoice = .auto) throws -> any BatchModel {
        let wanted = Wanted(reference: reference, precision: precision)
        if let model = loaded.withLock({ $0.references[wanted] }) { return model }
        if hasTestModels, let model = MarkedTextModel(reference: reference, precision: precision) { return model }
        return try reading.withLock { _ in
            if let model = loaded.withLock({ $0.references[wanted] }) { return model }
            let located = try locate(wanted)
            let found = Found(path: located.path, identity: located.identity)
            let model = try loaded.withLock { $0.models[found] } ?? located.load()
            loaded.withLock {
                $0.references[wanted] = model
                $0.models[found] = model
            }
            return model
        }
    }

    private func locate(_ wanted: Wanted) throws -> LocatedModel {
        try ModelRegistry(root: root, forcedKernels: forcedKernels)
            .locate(ModelReference(parsing: resolved(wanted.reference)), precision: wanted.precision)
    }

    /// The directory that a queue's reference stands for, without links.
    ///
    /// - Returns: Nil for a model inside the binary, and for one that is not there.
    func directory(of reference: String) -> String? {
        guard let path = (try? locate(Wanted(reference: reference, precision: .auto)))?.path,
            let resolved = realpath(path, nil)
        else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Reads a model's weights again and holds their hash against the manifest, whatever was packed of them.
    func verify(_ reference: String, precision: PrecisionChoice) throws {
        if hasTestModels, MarkedTextModel(reference: reference, precision: precision) != nil { return }
        try locate(Wanted(reference: reference, precision: precision)).verify()
    }

    /// Loads the model of a queue, which must be able to give what the queue writes.
    ///
    /// - Throws: What `load` throws; `ConfigurationError` where the queue wants of the model what it does not have.
    func load(for settings: QueueConfiguration) throws -> any BatchModel {
        let model = try load(settings.model, precision: settings.precision)
        try settings.check(against: model)
        return model
    }

    /// What a command line names: a directory there is meant from where the command was started.
    static func commandLineReference(_ reference: String) throws -> String {
        guard case .directory(let path) = try ModelReference(parsing: reference) else { return reference }
        return FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(path)).string
    }

    /// A directory that a configuration names is meant from the root, wherever batchd was started.
    private func resolved(_ reference: String) throws -> String {
        guard case .directory(let path) = try ModelReference(parsing: reference) else { return reference }
        return FilePath(root).pushing(FilePath(path)).string
    }

    /// Looks anew at what references mean; where a queue's model is not there, all stays as it was.
    ///
    /// - Throws: `CommandFailure` that names the queue whose model is not there.
    func renew(for queues: [String: LoadedQueueConfiguration]) throws {
        let fresh = EngineModels(root: FilePath(root))
        try fresh.check(queues)
        let models = fresh.loaded.withLock(\.self)
        loaded.withLock { $0 = models }
    }

    /// Loads the model of every queue.
    ///
    /// - Throws: `CommandFailure` that names the queue whose model is not there.
    func check(_ queues: [String: LoadedQueueConfiguration]) throws {
        for (name, queue) in queues.sorted(by: { $0.key < $1.key }) {
            do {
                _ = try load(for: queue.values)
            } catch let error as ConfigurationError {
                throw CommandFailure(ExitStatus.configuration, "queue '\(name)': \(error)")
            } catch {
                throw CommandFailure(
                    ExitStatus.configuration,
                    "queue '\(name)' wants model '\(queue.values.model)': \(error)"
                )
            }
        }
    }
}
