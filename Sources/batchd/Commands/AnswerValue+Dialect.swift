import FoundationEssentials
import Glibc
import Spool

extension ResultFormat {
    /// Whether line n of the results belongs to record n, whether that has a result or not.
    var keepsPlaces: Bool { self == .fasttext }
}

extension AnswerValue {
    /// Reads a result line of any dialect as names and values; nil where it is no such line.
    ///
    /// - Parameters:
    ///   - line: The line without its end.
    ///   - format: The dialect.
    ///   - header: The header of a CSV file.
    init?(line: [UInt8], format: ResultFormat, header: [UInt8]) {
        switch format {
        case .native, .openai, .comprehend:
            guard let value = try? DocumentCoding.decode(AnswerValue.self, from: line) else { return nil }
            self = format == .native ? value : value.byName
        case .csv:
            let names = CSVRecordSplitter.cells(of: header).map(\.text)
            let cells = CSVRecordSplitter.cells(of: line)
            guard names.count == cells.count else { return nil }
            let values = cells.map { $0.isQuoted ? Self(text: $0.text) : Self(json: $0.text) ?? .null }
            self = .object(Dictionary(zip(names, values)) { $1 })
        case .fasttext:
            let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
            guard words.count.isMultiple(of: 2) else { return nil }
            var labels: [String: AnswerValue] = [:]
            for index in stride(from: 0, to: words.count, by: 2) {
                guard let probability = Double(words[index + 1]) else { return nil }
                labels[words[index]] = .number(probability)
            }
            self = .list(labels.keys.sorted().map(AnswerValue.text) + [.object(labels)])
        }
    }

    private init?(json: String) {
        guard let value = try? DocumentCoding.decode(AnswerValue.self, from: Array(json.utf8)) else { return nil }
        self = value
    }

    /// What nests stands in a cell as JSON text.
    private init(text: String) {
        let nests = text.hasPrefix("{") || text.hasPrefix("[")
        self = (nests ? Self(json: text) : nil) ?? .text(text)
    }

    /// The same value with what is sorted by probability found by its name: two that are almost equal may change
    /// places. Logarithms become probabilities again, because nothing near 0 has a logarithm near another.
    private var byName: AnswerValue {
        switch self {
        case .list(let elements):
            let values = elements.map(\.byName)
            let names = values.compactMap(\.name)
            guard names.count == values.count, Set(names).count == names.count, !names.isEmpty else {
                return .list(values)
            }
            return .object(Dictionary(uniqueKeysWithValues: zip(names, values)))
        case .object(let members):
            var values = members.mapValues(\.byName)
            if case .number(let logarithm)? = values["logprob"] { values["logprob"] = .number(exp(logarithm)) }
            return .object(values)
        default: return self
        }
    }

    private var name: String? {
        guard case .object(let members) = self, case .text(let name)? = members["Name"] ?? members["token"] else {
            return nil
        }
        return name
    }
}
