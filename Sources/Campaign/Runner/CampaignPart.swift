/// One kind of force that the campaign brings to bear: what it does for one seed, and how many seeds make it whole.
public struct CampaignPart: Sendable {
    /// Its number on the command line, from 1.
    public var number: Int
    /// Its name in results, such as `every-call`.
    public var name: String
    /// What it does, in one sentence.
    public var purpose: String
    /// The seeds of a full run.
    public var seeds: ClosedRange<Int>
    /// How many cases a full run has to reach.
    public var casesWanted: Int
    /// Whether it mounts file systems, or otherwise needs to be root.
    public var needsRoot: Bool
    /// Does everything that belongs to one seed; equal seeds do the same.
    ///
    /// Throws only where the part itself cannot go on; what batchd does wrong is told in the outcome.
    public var run: @Sendable (_ seed: Int, _ context: CampaignContext) throws -> SeedOutcome

    /// Describes a part.
    public init(
        number: Int,
        name: String,
        purpose: String,
        seeds: ClosedRange<Int>,
        casesWanted: Int,
        needsRoot: Bool = false,
        run: @escaping @Sendable (_ seed: Int, _ context: CampaignContext) throws -> SeedOutcome
    ) {
        self.number = number
        self.name = name
        self.purpose = purpose
        self.seeds = seeds
        self.casesWanted = casesWanted
        self.needsRoot = needsRoot
        self.run = run
    }
}
