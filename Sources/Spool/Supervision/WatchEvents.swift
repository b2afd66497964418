public import SystemPackage

/// A name that came into a watched directory, or whose file a writer closed.
public struct Arrival: Sendable, Hashable {
    /// The directory, as it was given to `SpoolWatcher.watch`.
    public var directory: FilePath
    /// The name.
    public var name: FilePath.Component
    /// Whether it came by a rename, and so is complete.
    public var movedIn: Bool

    /// Creates a description.
    public init(directory: FilePath, name: FilePath.Component, movedIn: Bool) {
        self.directory = directory
        self.name = name
        self.movedIn = movedIn
    }
}

/// What ended a wait of `SpoolWatcher`; empty when the time was over.
public struct WatchEvents: Sendable, Equatable {
    /// The names that came.
    public var arrivals: Set<Arrival> = []
    /// Whether `wake` was called.
    public var wasWoken = false
    /// Directories that were removed or moved and are no longer watched.
    public var endedDirectories: Set<FilePath> = []
    /// Those of the other descriptors that are readable.
    public var readable: [FileDescriptor] = []

    /// Nothing.
    public init() {}
}
