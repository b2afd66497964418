/// Records by count and by hash: which ones, whatever their order, and what was said of them, in order.
public struct AnswerDigest: Sendable, Equatable {
    /// What stands around the id of every record of the campaign, and nowhere else in a line.
    static let idMark = UInt8(ascii: "#")

    /// How many.
    public private(set) var count = 0
    /// The sum of the ids' hashes, which no order changes.
    public private(set) var idSum: UInt64 = 0
    /// Their exclusive or: with the sum, two ids that trade places with two others do not cancel out.
    public private(set) var idParity: UInt64 = 0
    /// The hash of all lines, in order.
    public private(set) var lines: UInt64 = Hash.start

    /// Counts nothing yet.
    public init() {}

    /// Whether these are the same records, whatever is said of them.
    public func hasRecords(of other: AnswerDigest) -> Bool {
        count == other.count && idSum == other.idSum && idParity == other.idParity
    }

    /// Takes in a line, of a job file or of what came of one.
    ///
    /// - Parameter line: Its bytes; the id stands between the first two marks.
    mutating func add(_ line: ArraySlice<UInt8>) {
        var id = Hash.start
        var marks = 0
        for byte in line {
            lines = Hash.next(lines, byte)
            if byte == Self.idMark { marks += 1 } else if marks == 1 { id = Hash.next(id, byte) }
        }
        lines = Hash.next(lines, UInt8(ascii: "\n"))
        count += 1
        let mixed = Hash.mixed(id)
        idSum &+= mixed
        idParity ^= mixed
    }

    /// Takes in what another has counted; its lines follow.
    mutating func add(_ other: AnswerDigest) {
        count += other.count
        idSum &+= other.idSum
        idParity ^= other.idParity
        lines = Hash.mixed(lines ^ other.lines)
    }
}

/// FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/), with a finish that spreads its low bits.
private enum Hash {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    static func mixed(_ hash: UInt64) -> UInt64 {
        var hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
