public import SystemPackage

/// Where a seed works, and with what.
public struct CampaignContext: Sendable {
    /// The `batchd` under test.
    public var binary: FilePath
    /// A directory that is this worker's alone; a part leaves it as empty as it found it.
    public var scratch: FilePath
    /// The checkout whose scripts and C sources a part may need.
    public var sources: FilePath
    /// Where curves and tables are kept beside the results; nil where nobody wants them.
    public var results: FilePath?
    /// Whether a few cases that are done within seconds are enough, as in the test suite.
    public var isCut: Bool

    /// Describes where a seed works.
    public init(binary: FilePath, scratch: FilePath, sources: FilePath, isCut: Bool = false) {
        self.binary = binary
        self.scratch = scratch
        self.sources = sources
        self.isCut = isCut
    }
}
