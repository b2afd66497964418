import BatchCore

/// The cases of one seed.
struct FullDiskPlan {
    /// Every case.
    let settings: [FullDiskCase.Setting]

    /// Free blocks and inodes from none to about what the largest scenario needs.
    private static let blocksMaximum = 56
    private static let inodesMaximum = 28
    private static let cutShortCases = 16

    /// Plans every step of free blocks and inodes from the start, and for a few of each that the room goes in mid-run,
    /// with and without ballast.
    ///
    /// - Parameter seed: Draws when the room goes.
    init(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        // Below a minimum nothing is claimed; without one every call meets the full disk itself.
        let minimum = seed % 4 < 2 ? 0 : 96 << 10
        var settings: [FullDiskCase.Setting] = []
        for count in 0...Self.blocksMaximum {
            settings.append(.init(scarcity: .blocks(count), minimumFreeBytes: minimum))
        }
        for count in 0...Self.inodesMaximum { settings.append(.init(scarcity: .inodes(count))) }
        for index in 0..<Self.cutShortCases {
            let blocks = Int.random(in: 0...6, using: &random)
            let inodes = Int.random(in: 0...3, using: &random)
            settings.append(
                .init(
                    scarcity: Bool.random(using: &random) ? .blocks(blocks) : .inodes(inodes),
                    afterArrivals: Int.random(in: 1...24, using: &random)
                )
            )
            settings.append(
                .init(
                    scarcity: .blocks(blocks),
                    afterArrivals: index % 2 == 0 ? 0 : Int.random(in: 1...24, using: &random),
                    hasBallast: true
                )
            )
        }
        self.settings = settings
    }
}
