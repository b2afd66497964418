import BatchCore
import JSONLines

/// The lines of Amazon Comprehend's asynchronous jobs over files of one document a line
/// (https://docs.aws.amazon.com/comprehend/latest/dg/api-async-insights.html and outputs-class-async.html).
struct ComprehendDialect: ResultDialect {
    /// The sentiments that Comprehend knows, in the order of its scores.
    static let sentiments = ["Mixed", "Negative", "Neutral", "Positive"]
    /// The members that a line can have.
    static let members = ["File", "Line", "Sentiment", "SentimentScore", "Classes", "Labels", "Entities"]

    private let answer: Answer
    private let labels: [[UInt8]]
    private let file: [UInt8]
    private let passed: PassedMembers

    private enum Answer {
        /// The sentiment of each label, and the label of each of Comprehend's sentiments.
        case sentiment(words: [String], scored: [Int?])
        case classes(maximum: Int)
        case labels(threshold: Float)
        case entities
    }

    init(configuration: QueueConfiguration, model: any BatchModel, origin: ResultOrigin) throws(ConfigurationError) {
        try configuration.check(against: model)
        labels = model.labels.map { label in
            var quoted: [UInt8] = []
            JSONWriter.appendString(label, to: &quoted)
            return quoted
        }
        var start = Array("{\"File\":".utf8)
        JSONWriter.appendString(origin.source, to: &start)
        file = start + Array(",\"Line\":".utf8)
        passed = try PassedMembers(configuration: configuration, model: model)
        switch model.task {
        case .tokenClassification: answer = .entities
        case .multiLabel: answer = .labels(threshold: Float(configuration.output.threshold))
        default: answer = Self.classification(of: model, scoresMaximum: configuration.output.scores)
        }
    }

    /// A model whose labels are Comprehend's sentiments answers as its sentiment analysis does, any other as a custom
    /// classifier.
    private static func classification(of model: any BatchModel, scoresMaximum: Int) -> Answer {
        let words = model.labels.map { $0.uppercased() }
        let known = sentiments.map { $0.uppercased() }
        guard words.allSatisfy(known.contains), words.contains("POSITIVE"), words.contains("NEGATIVE") else {
            return .classes(maximum: scoresMaximum)
        }
        return .sentiment(words: words, scored: known.map { words.firstIndex(of: $0) })
    }

    func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        output += file
        // Comprehend counts from 0, and writes the numbers of a custom classifier's lines as strings.
        let line = outcome.block.records[record].line - 1
        switch answer {
        case .sentiment(let words, let scored):
            JSONWriter.appendInteger(line, to: &output)
            appendSentiment(of: outcome, record: record, words: words, scored: scored, to: &output)
        case .classes(let maximum):
            output += Array("\"\(line)\",\"Classes\":".utf8)
            append(outcome.ranking(of: record).prefix(maximum), to: &output)
        case .labels(let threshold):
            output += Array("\"\(line)\",\"Labels\":".utf8)
            append(outcome.ranking(of: record).prefix { $0.probability >= threshold }, to: &output)
        case .entities:
            JSONWriter.appendInteger(line, to: &output)
            appendEntities(of: outcome, record: record, to: &output)
        }
        passed.appendMembers(of: outcome, record: record, to: &output)
        output.append(UInt8(ascii: "}"))
    }

    private func appendSentiment(
        of outcome: ShardOutcome,
        record: Int,
        words: [String],
        scored: [Int?],
        to output: inout [UInt8]
    ) {
        let row = outcome.row(of: record)
        JSONWriter.appendRaw(",\"Sentiment\":", to: &output)
        JSONWriter.appendString(words[row.bestIndex - row.startIndex], to: &output)
        for (index, name) in Self.sentiments.enumerated() {
            JSONWriter.appendRaw(index == 0 ? ",\"SentimentScore\":{" : ",", to: &output)
            JSONWriter.appendString(name, to: &output)
            output.append(UInt8(ascii: ":"))
            JSONWriter.appendDecimal(scored[index].map { row[row.startIndex + $0] } ?? 0, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private func append(_ ranking: ArraySlice<(label: Int, probability: Float)>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        for (index, one) in ranking.enumerated() {
            JSONWriter.appendRaw(index == 0 ? "{\"Name\":" : ",{\"Name\":", to: &output)
            output += labels[one.label]
            JSONWriter.appendRaw(",\"Score\":", to: &output)
            JSONWriter.appendDecimal(one.probability, to: &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
    }

    private func appendEntities(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        JSONWriter.appendRaw(",\"Entities\":[", to: &output)
        let text = outcome.block.texts[outcome.block.textRange(of: record)]
        let entities = outcome.predictions.entities[outcome.predictions.entityRange(ofRecord: record)]
        for (index, entity) in entities.enumerated() {
            JSONWriter.appendRaw(index == 0 ? "{\"BeginOffset\":" : ",{\"BeginOffset\":", to: &output)
            JSONWriter.appendInteger(entity.start, to: &output)
            JSONWriter.appendRaw(",\"EndOffset\":", to: &output)
            JSONWriter.appendInteger(entity.end, to: &output)
            JSONWriter.appendRaw(",\"Score\":", to: &output)
            JSONWriter.appendDecimal(entity.score, to: &output)
            JSONWriter.appendRaw(",\"Text\":", to: &output)
            let word = text[text.startIndex + entity.byteStart..<text.startIndex + entity.byteEnd]
            JSONWriter.appendString(word.span.bytes, to: &output)
            JSONWriter.appendRaw(",\"Type\":", to: &output)
            output += labels[entity.label]
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
    }
}
