/// The keys that a queue's records are searched for, each once, and what each is for.
struct WantedKeys: Sendable {
    /// Where a text comes from, as indices into `names`.
    enum Text: Sendable {
        case firstOf([Int])
        case template([Part])
    }

    enum Part: Sendable {
        case literal([UInt8])
        case field(Int)
    }

    private(set) var names: [String] = []
    private(set) var text = Text.firstOf([])
    private(set) var pair: Text?
    private(set) var id: [Int] = []
    private(set) var passed: [Int] = []
    private(set) var grouped: [Int] = []
    private(set) var raw = 0
    private(set) var rawBase64 = 0
    private(set) var error = 0

    init(_ configuration: QueueConfiguration) {
        text = want(configuration.input.text)
        pair = configuration.input.textPair.map { want($0) }
        id = configuration.input.idFields.map { want($0) }
        passed = configuration.output.pass.map { want($0) }
        grouped = configuration.groupFields.map { want($0) }
        raw = want("_raw")
        rawBase64 = want("_raw_base64")
        error = want("_error")
    }

    private mutating func want(_ source: TextSource) -> Text {
        switch source {
        case .firstOf(let fields): return .firstOf(fields.map { want($0) })
        case .template(let template):
            let parts = template.parts.map { part in
                switch part {
                case .literal(let literal): Part.literal(Array(literal.utf8))
                case .field(let name): Part.field(want(name))
                }
            }
            return .template(parts)
        }
    }

    private mutating func want(_ name: String) -> Int {
        if let index = names.firstIndex(of: name) { return index }
        names.append(name)
        return names.count - 1
    }
}
