internal import BatchCore

extension ModelDirectory {
    /// Makes the model of an encoder's directory: the only place where the registry and the encoders meet.
    ///
    /// - Parameters:
    ///   - manifest: What model.json says, or what stands for it.
    ///   - precision: The number format that a queue asks for.
    ///   - forcedKernels: The name of an instruction set; nil for the fastest.
    /// - Returns: The model.
    /// - Throws: `ModelError` where a file is missing or wrong.
    func loadEncoder(
        _ manifest: ModelManifest,
        precision: PrecisionChoice,
        forcedKernels: String?
    ) throws -> any BatchModel {
        throw ModelError(
            .unsupported,
            "The model in '\(path)' is an encoder, and encoders cannot be run yet."
        )
    }
}
