public import BatchCore

/// A model that was found and is yet to be read.
public struct LocatedModel: Sendable {
    /// What it will be, with the precision that `auto` stands for on this machine.
    public let identity: ModelIdentity

    /// Its directory; nil for the model inside the binary.
    public let path: String?

    let manifest: ModelManifest?
    let precision: PrecisionChoice
    let forcedKernels: String?

    /// Reads it.
    ///
    /// - Parameter keepsPacked: Whether what packing an encoder computes is kept beside it for the next time.
    /// - Returns: The model.
    /// - Throws: `ModelError` where a file is missing or wrong, `KernelError` where the instruction set is not there.
    public func load(keepsPacked: Bool = true) throws -> any BatchModel {
        guard let path, let manifest else { return try DefaultModel.load(forcedKernels: forcedKernels) }
        return try ModelDirectory(path).load(
            manifest,
            precision: precision,
            forcedKernels: forcedKernels,
            keepsPacked: keepsPacked
        )
    }

    /// Reads its weights and holds their hash against its manifest, also where a packed copy would spare reading them.
    ///
    /// - Throws: `ModelError` where they are missing, damaged or not those of the manifest.
    public func verify() throws {
        guard let path, let manifest else { return }
        try ModelDirectory(path).verify(manifest)
    }
}
