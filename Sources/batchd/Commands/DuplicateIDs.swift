/// Finds ids that occur more than once: by 64-bit hashes first, by the ids themselves when the file is read again.
///
/// The table of hashes takes at most 128 MiB, whatever the file holds: 8 MiB, and 120 MiB more once these are full.
struct DuplicateIDs {
    /// Hashes that are confirmed in the second reading; beyond them the count is a lower bound.
    static let candidatesMaximum = 100_000
    /// Duplicates that are shown.
    static let examplesMaximum = 5

    /// One id that occurred before.
    struct Example: Encodable {
        var id: String
        var line: Int
        var firstLine: Int

        private enum CodingKeys: String, CodingKey {
            case id
            case line
            case firstLine = "first_line"
        }
    }

    /// Records whose id another record had before.
    private(set) var count = 0
    private(set) var examples: [Example] = []
    /// Whether the table was full, so that later ids were not looked for.
    private(set) var tableOverflowed = false
    private var candidatesOverflowed = false
    private var table = HashTable(slots: HashTable.smallSlots)
    private var candidates: Set<UInt64> = []
    private var firstLines: [[UInt8]: Int] = [:]

    /// Whether `count` is all there are.
    var isExact: Bool { !tableOverflowed && !candidatesOverflowed }

    var hasCandidates: Bool { !candidates.isEmpty }

    /// Takes in an id in the first reading.
    mutating func add(_ id: [UInt8]) {
        let hash = Self.hash(id)
        switch table.insert(hash) {
        case .inserted: break
        case .known:
            if candidates.count < Self.candidatesMaximum {
                candidates.insert(hash)
            } else if !candidates.contains(hash) {
                candidatesOverflowed = true
            }
        case .full:
            guard table.slotCount == HashTable.smallSlots else { return tableOverflowed = true }
            table = table.enlarged(to: HashTable.largeSlots)
            add(id)
        }
    }

    /// Takes in an id in the second reading.
    mutating func confirm(_ id: [UInt8], line: Int) {
        guard candidates.contains(Self.hash(id)) else { return }
        guard let firstLine = firstLines[id] else {
            firstLines[id] = line
            return
        }
        count += 1
        if examples.count < Self.examplesMaximum {
            examples.append(Example(id: String(decoding: id, as: UTF8.self), line: line, firstLine: firstLine))
        }
    }

    /// FNV-1a, mixed once more so that every bit of the result depends on every byte; never 0.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return max(hash ^ hash >> 33, 1)
    }
}

/// A set of hashes in open addressing; 0 marks a free slot.
struct HashTable {
    /// 8 MiB.
    static let smallSlots = 1 << 20
    /// 120 MiB, so that both tables together keep to 128 while one is copied to the other.
    static let largeSlots = 15 << 20

    enum Insertion {
        case inserted
        case known
        case full
    }

    private var slots: [UInt64]
    private var count = 0

    init(slots: Int) {
        self.slots = [UInt64](repeating: 0, count: slots)
    }

    var slotCount: Int { slots.count }

    /// Nine tenths: beyond them a search grows long.
    private var countMaximum: Int { slots.count / 10 * 9 }

    mutating func insert(_ hash: UInt64) -> Insertion {
        var slot = Int(hash.multipliedFullWidth(by: UInt64(slots.count)).high)
        while slots[slot] != 0 {
            if slots[slot] == hash { return .known }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
        guard count < countMaximum else { return .full }
        slots[slot] = hash
        count += 1
        return .inserted
    }

    /// A larger table with the same hashes.
    func enlarged(to slotCount: Int) -> HashTable {
        var table = HashTable(slots: slotCount)
        for hash in slots where hash != 0 { _ = table.insert(hash) }
        return table
    }
}
