public import BatchCore
internal import FoundationEssentials
internal import Kernels

/// The models of a root on disk, `ROOT/models/<name>/<version>/`, and the one inside the binary.
public struct ModelRegistry: Sendable {
    /// The folder `ROOT/models`; nil where there is no root, and only the binary's model and directories are known.
    public let folder: String?

    private let forcedKernels: String?

    /// Creates a registry.
    ///
    /// - Parameters:
    ///   - root: The root that may hold a folder `models`; nil for none.
    ///   - forcedKernels: The name of an instruction set, as `BATCHD_FORCE_ISA` gives it; nil for the fastest.
    public init(root: String? = nil, forcedKernels: String? = nil) {
        folder = root.map { "\($0)/models" }
        self.forcedKernels = forcedKernels
    }

    /// Finds and reads a model.
    ///
    /// - Parameters:
    ///   - reference: `name`, `name@version`, `name@alias`, or a directory with a `/` in it.
    ///   - root: The root that may hold a folder `models`; nil for none.
    ///   - precision: The number format to run in.
    ///   - forcedKernels: The name of an instruction set, as `BATCHD_FORCE_ISA` gives it; nil for the fastest.
    /// - Returns: The model.
    /// - Throws: `ModelError` where there is no such model, it is wrong or does not run in that precision,
    ///   `KernelError` where the instruction set is not there.
    public static func load(
        _ reference: String,
        root: String? = nil,
        precision: PrecisionChoice = .auto,
        forcedKernels: String? = nil
    ) throws -> any BatchModel {
        let registry = ModelRegistry(root: root, forcedKernels: forcedKernels)
        return try registry.load(ModelReference(parsing: reference), precision: precision)
    }

    /// Finds and reads a model.
    ///
    /// - Parameters:
    ///   - reference: Which model.
    ///   - precision: The number format to run in.
    /// - Returns: The model.
    /// - Throws: `ModelError` where there is no such model, it is wrong or does not run in that precision,
    ///   `KernelError` where the instruction set is not there.
    public func load(_ reference: ModelReference, precision: PrecisionChoice = .auto) throws -> any BatchModel {
        try locate(reference, precision: precision).load()
    }

    /// Finds a model without reading its weights.
    ///
    /// - Parameters:
    ///   - reference: Which model.
    ///   - precision: The number format to run in.
    /// - Returns: Where it is and what it will be.
    /// - Throws: `ModelError` where there is no such model or it does not run in that precision, `KernelError` where
    ///   the instruction set is not there.
    public func locate(_ reference: ModelReference, precision: PrecisionChoice = .auto) throws -> LocatedModel {
        let located = try find(reference, precision)
        let runs = located.identity.precision
        guard let wanted = precision.precision, runs != wanted.rawValue else { return located }
        throw ModelError(
            .unsupportedPrecision,
            "The model \(located.identity.reference) runs in \(runs) and cannot run in \(wanted.rawValue). "
                + "Ask for precision \(runs), or auto."
        )
    }

    private func find(_ reference: ModelReference, _ precision: PrecisionChoice) throws -> LocatedModel {
        switch reference {
        case .directory(let path):
            return try locate(ModelDirectory(path), precision)
        case .version(let name, let version):
            return try locate(name: name, version: version, precision)
        case .alias(let name, let alias):
            return try locate(name: name, version: version(of: alias, name: name), precision)
        case .newest(let name):
            guard let version = try versions(of: name).last else {
                throw ModelError(.notFound, "There is no model '\(name)'. \(choices())")
            }
            return try locate(name: name, version: version, precision)
        }
    }

    /// Every model, by name and version.
    ///
    /// - Throws: `ModelError` where one on disk is wrong.
    public func list() throws -> [ModelSummary] {
        try names().flatMap { name in
            let aliases = try aliases(of: name)
            return try versions(of: name).map { version in
                try summary(name: name, version: version, aliases: aliases)
            }
        }
    }
}

// MARK: - Finding

extension ModelRegistry {
    private func locate(_ directory: ModelDirectory, _ precision: PrecisionChoice) throws -> LocatedModel {
        let manifest = try directory.manifest()
        let isLinear = manifest.kind == "linear"
        let kernels = try KernelTable.select(forced: forcedKernels)
        let identity = ModelIdentity(
            name: manifest.name,
            version: manifest.version,
            weightsSHA256: manifest.weightsSHA256,
            precision: isLinear ? "int8" : ModelDirectory.resolved(precision, kernels).rawValue
        )
        return LocatedModel(
            identity: identity,
            path: directory.path,
            manifest: manifest,
            precision: precision,
            forcedKernels: forcedKernels
        )
    }

    private func locate(name: String, version: Int, _ precision: PrecisionChoice) throws -> LocatedModel {
        if isInsideBinary(name, version) {
            return LocatedModel(
                identity: try DefaultModel.load(forcedKernels: forcedKernels).identity,
                path: nil,
                manifest: nil,
                precision: precision,
                forcedKernels: forcedKernels
            )
        }
        guard try versions(of: name).contains(version), let directory = directory(name, version) else {
            throw ModelError(.notFound, "There is no model '\(name)@\(version)'. \(choices())")
        }
        let located = try locate(directory, precision)
        guard located.identity.name == name, located.identity.version == version else {
            throw ModelError(
                .corrupt,
                "'\(directory.path)' holds \(located.identity.reference), not \(name)@\(version). Move it, or mend "
                    + "its \(ModelManifest.fileName)."
            )
        }
        return located
    }

    private func summary(name: String, version: Int, aliases: [String: Int]) throws -> ModelSummary {
        let names = aliases.filter { $0.value == version }.keys.sorted()
        if isInsideBinary(name, version) {
            let model = try DefaultModel.load(forcedKernels: forcedKernels)
            return ModelSummary(identity: model.identity, labels: model.labels, aliases: names)
        }
        let path = directory(name, version)?.path ?? ""
        let manifest = try ModelDirectory(path).manifest()
        let identity = ModelIdentity(
            name: name,
            version: version,
            weightsSHA256: manifest.weightsSHA256,
            precision: manifest.kind == "linear" ? "int8" : PrecisionChoice.auto.rawValue
        )
        return ModelSummary(
            identity: identity,
            labels: manifest.labels,
            aliases: names,
            path: path,
            encoder: manifest.encoder
        )
    }

    // The binary's model answers to its own name and version wherever it runs: results that say `sentiment@1` come
    // from one model, whatever a root holds.
    private func isInsideBinary(_ name: String, _ version: Int) -> Bool {
        name == DefaultModel.name && version == DefaultModel.version
    }

    private func directory(_ name: String, _ version: Int) -> ModelDirectory? {
        folder.map { ModelDirectory("\($0)/\(name)/\(version)") }
    }

    private func version(of alias: String, name: String) throws -> Int {
        let aliases = try aliases(of: name)
        guard let version = aliases[alias] else {
            let known = aliases.isEmpty ? "it has none" : "it has \(aliases.keys.sorted().joined(separator: ", "))"
            throw ModelError(
                .notFound,
                "The model '\(name)' has no alias '\(alias)'; \(known). Write {\"\(alias)\": 1} to "
                    + "models/\(name)/aliases.json, or name a version."
            )
        }
        return version
    }

    // What is stable is decided by a person: a version that merely lies there is not, but the binary's is.
    func aliases(of name: String) throws -> [String: Int] {
        let byDefault = name == DefaultModel.name ? ["stable": DefaultModel.version] : [:]
        guard let folder, FileManager.default.fileExists(atPath: "\(folder)/\(name)/aliases.json") else {
            return byDefault
        }
        let written = try ModelDirectory.decode([String: Int].self, from: "\(folder)/\(name)/aliases.json")
        return byDefault.merging(written) { $1 }
    }

    private func names() -> [String] {
        Set(entries(of: folder).filter { ModelReference.isName($0) } + [DefaultModel.name]).sorted()
    }

    func versions(of name: String) throws -> [Int] {
        let onDisk = entries(of: folder.map { "\($0)/\(name)" }).compactMap { entry in
            Int(entry).flatMap { $0 > 0 && String($0) == entry ? $0 : nil }
        }
        let inside = name == DefaultModel.name ? [DefaultModel.version] : []
        return Set(onDisk + inside).sorted()
    }

    // A folder that is not there has no entries.
    private func entries(of path: String?) -> [String] {
        path.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    }

    func choices() -> String {
        let known = names().flatMap { name in ((try? versions(of: name)) ?? []).map { "\(name)@\($0)" } }
        return "There are \(known.joined(separator: ", "))."
    }
}
