import Spool
import SystemPackage

/// The mutants of a checkout.
struct MutantLibrary {
    /// Where they lie.
    static let directory = FilePath("Tests/Mutants")

    private static let fileBytesMaximum = 1 << 20

    let mutants: [Mutant]

    /// Reads all mutants.
    ///
    /// - Parameter sources: The checkout.
    /// - Throws: `CampaignError` where a file is no mutant or two have one number, `FileSystemError`.
    init(sources: FilePath) throws {
        let disk = try LinuxFileSystem(root: sources)
        mutants = try disk.entries(of: Self.directory, maximum: .max).map(\.name.string).sorted().map { name in
            let bytes = try disk.readFile(Self.directory.appending(name), bytesMaximum: Self.fileBytesMaximum)
            return try Mutant(name: name, text: String(decoding: bytes, as: UTF8.self))
        }
        guard Set(mutants.map(\.number)).count == mutants.count else {
            throw CampaignError("two mutants have the same number")
        }
    }

    /// The changed files of a checkout, by their paths.
    ///
    /// - Parameter sources: The checkout.
    /// - Returns: What each file becomes, and the file that chooses among the mutants.
    /// - Throws: `CampaignError` where a mutant finds its place not exactly once, `FileSystemError`.
    func mutatedFiles(of sources: FilePath) throws -> [String: String] {
        let disk = try LinuxFileSystem(root: sources)
        var files = [MutantSources.conditionFile: MutantSources.conditionSource]
        for file in Set(mutants.flatMap(\.edits).map(\.file)) {
            let bytes = try disk.readFile(FilePath(file), bytesMaximum: Self.fileBytesMaximum)
            files[file] = try MutantSources.mutated(file, String(decoding: bytes, as: UTF8.self), by: mutants)
        }
        return files
    }
}
