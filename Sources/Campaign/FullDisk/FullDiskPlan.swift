import BatchCore

/// The cases of one seed.
struct FullDiskPlan {
    /// Every case.
    let settings: [FullDiskCase.Setting]

    /// Free blocks from none to about what the largest scenario needs.
    private static let blocksMaximum = 56
    /// Below 64 free inodes nothing is claimed, so these from the start, and all others in mid-run.
    private static let inodesFromTheStart = [0, 1, 2, 3, 63, 64]
    /// Names that come below the queues in a whole run, about.
    private static let arrivalsMaximum = 24
    private static let ballastCases = 16

    /// Plans every step of free blocks from the start, the same of blocks and inodes after each step of the run, and
    /// a few with ballast.
    ///
    /// - Parameter seed: Draws how little is left in mid-run.
    init(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        // Below a minimum nothing is claimed; without one every call meets the full disk itself.
        let minimum = seed % 4 < 2 ? 0 : 96 << 10
        var settings: [FullDiskCase.Setting] = []
        for count in 0...Self.blocksMaximum {
            settings.append(.init(scarcity: .blocks(count), minimumFreeBytes: minimum))
        }
        for count in Self.inodesFromTheStart { settings.append(.init(scarcity: .inodes(count))) }
        for arrivals in 1...Self.arrivalsMaximum {
            let blocks = Int.random(in: 0...6, using: &random)
            let inodes = Int.random(in: 0...3, using: &random)
            settings.append(.init(scarcity: .blocks(blocks), afterArrivals: arrivals))
            settings.append(.init(scarcity: .inodes(inodes), afterArrivals: arrivals))
        }
        for index in 0..<Self.ballastCases {
            let blocks = Int.random(in: 0...6, using: &random)
            let arrivals = index % 2 == 0 ? 0 : Int.random(in: 1...Self.arrivalsMaximum, using: &random)
            settings.append(.init(scarcity: .blocks(blocks), afterArrivals: arrivals, hasBallast: true))
        }
        self.settings = settings
    }
}
