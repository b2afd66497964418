import BatchCore

/// Something that a sender puts into `incoming/`.
struct SimulatedDrop {
    /// What lies beside the file.
    enum Statement {
        case none
        /// True, as far as it goes.
        case manifest
        /// Of another file.
        case wrongManifest
        /// Asks for an answer though there was one.
        case again
        /// `NAME.done`
        case done
    }

    var queue: Int
    var stem: String
    var content: DroppedContent
    var statement: Statement
    /// The job whose errors file this is.
    var replays: String?

    var name: String { stem + content.ending }

    /// Whether the file as a whole must be refused.
    var mustFail: Bool { content.damage != nil || statement == .wrongManifest }

    /// The bytes of the statement, with the name that it lies under.
    var note: (name: String, bytes: [UInt8])? {
        switch statement {
        case .none: return nil
        case .done: return (name + ".done", [])
        case .again: return (name + ".manifest.json", Array(#"{"again":true}"#.utf8))
        case .manifest:
            let text = #"{"bytes":\#(content.bytes),"sha256":"\#(content.sha256(named: name))"}"#
            return (name + ".manifest.json", Array(text.utf8))
        case .wrongManifest: return (name + ".manifest.json", Array(#"{"bytes":\#(content.bytes + 1)}"#.utf8))
        }
    }
}

/// Draws what is dropped in a run.
struct DropGenerator {
    private var contents: ContentGenerator
    private static let stems = ["a", "b", "night-1"]
    /// A statement about a directory would be one about every file of its stem.
    private static let directoryStems = ["parts", "spark.7"]

    init(tools: SimulationTools) {
        contents = ContentGenerator(tools: tools)
    }

    mutating func drops(queues: Int, _ random: inout SplitMix64) -> [SimulatedDrop] {
        var drops: [SimulatedDrop] = []
        for _ in 0..<[1, 1, 1, 1, 1, 2, 2, 2, 3, 4][Int.random(in: 0..<10, using: &random)] {
            let former = drops.isEmpty ? nil : drops[Int.random(in: drops.indices, using: &random)]
            drops.append(next(after: former, queues: queues, &random))
        }
        return drops
    }

    private mutating func next(
        after former: SimulatedDrop?,
        queues: Int,
        _ random: inout SplitMix64
    ) -> SimulatedDrop {
        let content = contents.next(&random)
        let stems = content.isDirectory ? Self.directoryStems : Self.stems
        var drop = SimulatedDrop(
            queue: Int.random(in: 0..<queues, using: &random),
            stem: stems[Int.random(in: stems.indices, using: &random)],
            content: content,
            statement: statement(&random)
        )
        guard let former else { return drop }
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1:
            // The same file once more.
            (drop.queue, drop.stem, drop.content) = (former.queue, former.stem, former.content)
        case 2 where former.content.isDirectory == content.isDirectory:
            (drop.queue, drop.stem) = (former.queue, former.stem)
        default: break
        }
        return drop
    }

    private func statement(_ random: inout SplitMix64) -> SimulatedDrop.Statement {
        switch Int.random(in: 0..<16, using: &random) {
        case 0, 1: .manifest
        case 2: .wrongManifest
        case 3: .done
        default: .none
        }
    }
}
