/// What naming, finding or reading a model can fail with.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable word for the code.
        public let description: String

        /// The reference is not spelled like one.
        public static let badReference = Code(description: "bad_reference")

        /// No such model, version or alias.
        public static let notFound = Code(description: "not_found")

        /// A file could not be read or written.
        public static let unreadable = Code(description: "unreadable")

        /// A file or directory could not be written.
        public static let unwritable = Code(description: "unwritable")

        /// Somebody else is changing the same thing.
        public static let busy = Code(description: "busy")

        /// Something still refers to it.
        public static let inUse = Code(description: "in_use")

        /// A file was read and is of a kind that batchd cannot run.
        public static let unsupported = Code(description: "unsupported")

        /// A file was read and is wrong.
        public static let corrupt = Code(description: "corrupt")

        /// The machine does not have the memory that a model needs.
        public static let outOfMemory = Code(description: "out_of_memory")

        /// A model gave something that is no number for a text.
        public static let notFinite = Code(description: "not_finite")

        /// The model does not run in the precision that was asked for.
        public static let unsupportedPrecision = Code(description: "unsupported_precision")
    }

    /// What kind of failure it is.
    public let code: Code

    /// What failed, where, and what to do next, for a person.
    public let message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
