import FoundationEssentials
import Spool

/// Compares published answers with answers that were computed again.
struct AnswerComparison {
    /// How far numbers may lie apart where bytes need not be the same.
    static let tolerance = 1e-3

    /// Whether bytes must be the same.
    let demandsBytes: Bool
    /// The dialect of the answers.
    let format: ResultFormat
    /// The header of the results, where the dialect has one, and that of what was computed.
    var publishedHeader: [UInt8] = []
    var computedHeader: [UInt8] = []
    /// Answers that were compared.
    private(set) var compared = 0
    /// Those with the same bytes.
    private(set) var identical = 0
    /// Those that differ by more than is allowed, a sentence each.
    var differences: [String] = []

    init(demandsBytes: Bool, format: ResultFormat = .native) {
        self.demandsBytes = demandsBytes
        self.format = format
    }

    /// Compares one answer.
    ///
    /// - Parameters:
    ///   - line: The record's line in the input.
    ///   - published: The line of the results file.
    ///   - computed: The line that came out now.
    mutating func add(line: Int, published: [UInt8], computed: [UInt8]) {
        compared += 1
        if published == computed {
            identical += 1
        } else if demandsBytes {
            differences.append(
                "the answer to line \(line) comes out as other bytes: \(difference(published, computed) ?? "format")"
            )
        } else if let difference = difference(published, computed) {
            differences.append("the answer to line \(line) comes out otherwise: \(difference)")
        }
    }

    /// Where two answers differ, by the name of the field; record contents are not repeated.
    private func difference(_ left: [UInt8], _ right: [UInt8]) -> String? {
        guard let left = AnswerValue(line: left, format: format, header: publishedHeader),
            let right = AnswerValue(line: right, format: format, header: computedHeader)
        else { return "a line is none of '\(format.rawValue)'" }
        return left.difference(from: right, at: "")
    }
}

/// A JSON value of an answer.
enum AnswerValue: Decodable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([AnswerValue])
    case object([String: AnswerValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let boolean = try? container.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([AnswerValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: AnswerValue].self))
        }
    }

    /// Where this differs from another value by more than rounding; nil where it does not.
    ///
    /// Members that only one side has do not count: which fields a line has, and which of many labels are the most
    /// probable ones, is not what the model answered.
    func difference(from other: AnswerValue, at path: String) -> String? {
        switch (self, other) {
        case (.number(let left), .number(let right)):
            return (left - right).magnitude <= AnswerComparison.tolerance
                ? nil : "'\(path)' is \(left), and now \(right)"
        case (.list(let left), .list(let right)):
            guard left.count == right.count else {
                return "'\(path)' has \(left.count) elements, and now \(right.count)"
            }
            for (index, pair) in zip(left, right).enumerated() {
                if let found = pair.0.difference(from: pair.1, at: "\(path)[\(index)]") { return found }
            }
            return nil
        case (.object(let left), .object(let right)):
            for (name, value) in left.sorted(by: { $0.key < $1.key }) {
                guard let now = right[name] else { continue }
                if let found = value.difference(from: now, at: path.isEmpty ? name : "\(path).\(name)") { return found }
            }
            return nil
        default:
            return self == other ? nil : "'\(path)' is another"
        }
    }
}
