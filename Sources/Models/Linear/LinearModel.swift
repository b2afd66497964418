public import BatchCore
internal import Kernels

/// A linear text classifier over hashed n-grams with int8 weights.
public final class LinearModel: BatchModel {
    /// What this model is, as results, shard files and metrics name it.
    public let identity: ModelIdentity

    /// What the model has learned.
    public let parameters: LinearParameters

    private let kernels: KernelTable

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - identity: What the model is.
    ///   - parameters: What it has learned.
    ///   - forcedKernels: The name of an instruction set, as `BATCHD_FORCE_ISA` gives it; nil for the fastest.
    /// - Throws: `KernelError` where this machine cannot run the instruction set that was asked for.
    public init(identity: ModelIdentity, parameters: LinearParameters, forcedKernels: String? = nil) throws {
        self.identity = identity
        self.parameters = parameters
        kernels = try KernelTable.select(forced: forcedKernels)
    }

    /// The hash in the header of its file, which is over labels, features and weights.
    public var contentSHA256: String? { identity.weightsSHA256 }

    /// The labels in the order of the scores that sessions produce.
    public var labels: [String] { parameters.labels }

    /// A sum has its parts at hand.
    public var explanationPasses: Int { 1 }

    /// The instruction set that sessions run with.
    public var instructionSet: String { kernels.name }

    /// Makes the scratch memory of one compute thread.
    public func makeSession() -> any ModelSession {
        LinearSession(parameters: parameters, kernels: kernels)
    }
}
