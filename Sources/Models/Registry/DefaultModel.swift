public import BatchCore
internal import CDefaultModel

/// The model inside the binary.
public enum DefaultModel {
    /// Its name.
    public static let name = "sentiment"

    /// Its version.
    public static let version = 1

    /// Makes the model, using its weights where they lie: nothing is copied or hashed.
    ///
    /// - Parameter forcedKernels: The name of an instruction set, as `BATCHD_FORCE_ISA` gives it; nil for the fastest.
    /// - Returns: The model.
    /// - Throws: `KernelError` where this machine cannot run the instruction set that was asked for.
    public static func load(forcedKernels: String? = nil) throws -> any BatchModel {
        let file = try LinearModelFile.use(immortal: bytes, source: "the binary's own")
        let identity = ModelIdentity(name: name, version: version, weightsSHA256: file.sha256, precision: "int8")
        return try LinearModel(identity: identity, parameters: file.parameters, forcedKernels: forcedKernels)
    }

    /// The bytes of its file.
    static var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: batchd_default_model_bytes(), count: batchd_default_model_count())
    }
}
