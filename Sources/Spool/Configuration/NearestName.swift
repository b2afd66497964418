/// Finds what somebody who mistyped a name may have meant.
public struct NearestName: Sendable {
    /// The known name.
    public let name: String
    /// How many letters must be changed, added, removed or swapped with their neighbour.
    let distance: Int

    /// Finds the nearest of several names; among equals the first.
    ///
    /// Nil where there are no names.
    ///
    /// - Parameters:
    ///   - word: What was typed.
    ///   - names: What is known.
    public init?(to word: String, among names: [String]) {
        let ranked = names.map { NearestName(name: $0, distance: Self.distance(word, $0)) }
        guard let nearest = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        self = nearest
    }

    private init(name: String, distance: Int) {
        self.name = name
        self.distance = distance
    }

    /// Whether it is likely to be what was meant: at most a third of the letters differ.
    public var isLikely: Bool { distance <= max(1, name.count / 3) }

    /// The optimal string alignment distance, by rows of the usual table.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left), right = Array(right)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let substitution = last[j] + (left[i] == right[j] ? 0 : 1)
                var best = min(substitution, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
