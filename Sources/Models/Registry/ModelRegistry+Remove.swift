internal import FoundationEssentials

#if canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

extension ModelRegistry {
    private static let removedPrefix = ".removed-"

    /// The version that the next model under a name gets: numbers of removed ones are not given again.
    func nextVersion(of name: String) throws -> Int {
        let entries = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: "\($0)/\(name)") } ?? []
        let removed = entries.compactMap { entry in
            entry.hasPrefix(Self.removedPrefix) ? Int(entry.dropFirst(Self.removedPrefix.count)) : nil
        }
        return (try versions(of: name) + removed).reduce(0, max) + 1
    }

    /// Removes one version of a model.
    ///
    /// - Parameter reference: `name@version`.
    /// - Returns: The directory that was removed.
    /// - Throws: `ModelError` where an alias stands for the version, or there is none on disk.
    public func remove(_ reference: ModelReference) throws -> String {
        guard case .version(let name, let version) = reference else {
            throw ModelError(.badReference, "'\(reference)' is not one version. Write name@version.")
        }
        guard name != DefaultModel.name || version != DefaultModel.version else {
            throw ModelError(.badReference, "\(reference) is inside the binary and cannot be removed.")
        }
        guard let folder, try versions(of: name).contains(version) else {
            throw ModelError(.notFound, "There is no model '\(reference)'. \(choices())")
        }
        let names = try aliases(of: name).filter { $0.value == version }.keys.sorted()
        guard names.isEmpty else {
            throw ModelError(
                .inUse,
                "\(reference) is what \(names.map { "\(name)@\($0)" }.joined(separator: ", ")) stands for. Let "
                    + "models/\(name)/aliases.json name another version first."
            )
        }
        let parent = "\(folder)/\(name)"
        let path = "\(parent)/\(version)"
        // Taking the lock sweeps what is left of former removals.
        let staging = try ModelStaging(in: parent)
        // Results that say name@version must go on meaning one model, so the number is not given again.
        try staging.put([], to: "note")
        guard rename("\(staging.path)/note", "\(parent)/\(Self.removedPrefix)\(version)") == 0,
            rename(path, "\(staging.path)/\(version)") == 0
        else { throw ModelStaging.failure("remove", path) }
        try ModelStaging.syncDirectory(parent)
        return path
    }
}
