import BatchCore
import Glibc
import JSONLines

/// The output lines of OpenAI's batches (https://platform.openai.com/docs/api-reference/batch/request-output).
///
/// The body of a response is that of the endpoint whose readers look for such an answer: a chat completion that says
/// the label, with probabilities as `logprobs`; a moderation for several labels; an embedding.
struct OpenAIDialect: ResultDialect {
    /// What OpenAI writes for the logarithm of a probability of nothing.
    private static let logarithmOfNothing = -9999.0
    /// Hexadecimal digits of the input's hash that make ids of one job differ from those of others.
    private static let hashDigits = 16

    private let body: Body
    private let labels: [[UInt8]]
    private let model: [UInt8]
    private let hash: [UInt8]
    private let scoresMaximum: Int
    private let passed: PassedMembers

    private enum Body {
        case chatCompletion
        case moderation(threshold: Float)
        case embedding(ResultFormatter)
    }

    init(configuration: QueueConfiguration, model: any BatchModel, origin: ResultOrigin) throws(ConfigurationError) {
        try configuration.check(against: model)
        let quoted = { (text: String) -> [UInt8] in
            var quoted: [UInt8] = []
            JSONWriter.appendString(text, to: &quoted)
            return quoted
        }
        labels = model.labels.map(quoted)
        self.model = quoted(model.identity.reference)
        hash = Array(origin.inputSHA256.utf8.prefix(Self.hashDigits))
        scoresMaximum = configuration.output.scores
        passed = try PassedMembers(configuration: configuration, model: model)
        switch model.task {
        case .multiLabel: body = .moderation(threshold: Float(configuration.output.threshold))
        case .embedding:
            let vector = configuration.native(fields: [.embedding], passes: false)
            body = .embedding(try ResultFormatter(configuration: vector, model: model))
        default: body = .chatCompletion
        }
    }

    func appendLine(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        let line = outcome.block.records[record].line
        appendID("{\"id\":\"batch_req_", line, to: &output)
        JSONWriter.appendRaw(",\"custom_id\":", to: &output)
        outcome.appendQuotedID(of: record, to: &output)
        appendID(",\"response\":{\"status_code\":200,\"request_id\":\"req_", line, to: &output)
        JSONWriter.appendRaw(",\"body\":", to: &output)
        switch body {
        case .chatCompletion: appendChatCompletion(of: outcome, record: record, line: line, to: &output)
        case .moderation(let threshold):
            appendModeration(of: outcome, record: record, line: line, threshold: threshold, to: &output)
        case .embedding(let formatter):
            JSONWriter.appendRaw("{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,", to: &output)
            let start = output.count
            formatter.appendLine(of: outcome, record: record, to: &output)
            output.remove(at: start)
            JSONWriter.appendRaw("]", to: &output)
            appendModel(to: &output)
            JSONWriter.appendRaw(",\"usage\":{", to: &output)
            appendPromptTokens(of: outcome, record: record, to: &output)
        }
        passed.append(after: ",\"metadata\":", of: outcome, record: record, to: &output)
        JSONWriter.appendRaw("}},\"error\":null}", to: &output)
    }

    /// An id that only the input and the line decide, so that the same job always writes the same bytes.
    private func appendID(_ lead: StaticString, _ line: Int, to output: inout [UInt8]) {
        JSONWriter.appendRaw(lead, to: &output)
        output += hash
        output.append(UInt8(ascii: "_"))
        JSONWriter.appendInteger(line, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private func appendModel(to output: inout [UInt8]) {
        JSONWriter.appendRaw(",\"model\":", to: &output)
        output += model
    }

    /// Appends the members that all usages have, and closes them.
    private func appendPromptTokens(of outcome: ShardOutcome, record: Int, to output: inout [UInt8]) {
        let tokens = outcome.encoded[record].inputTokens
        JSONWriter.appendRaw("\"prompt_tokens\":", to: &output)
        JSONWriter.appendInteger(tokens, to: &output)
        JSONWriter.appendRaw(",\"total_tokens\":", to: &output)
        JSONWriter.appendInteger(tokens, to: &output)
        output.append(UInt8(ascii: "}"))
    }
}

/// A label as the one thing that was said.
extension OpenAIDialect {
    private func appendChatCompletion(of outcome: ShardOutcome, record: Int, line: Int, to output: inout [UInt8]) {
        let ranking = outcome.ranking(of: record)
        appendID("{\"id\":\"chatcmpl_", line, to: &output)
        // A time would make every run's bytes others.
        JSONWriter.appendRaw(",\"object\":\"chat.completion\",\"created\":0", to: &output)
        appendModel(to: &output)
        JSONWriter.appendRaw(
            ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":",
            to: &output
        )
        output += labels[ranking[0].label]
        JSONWriter.appendRaw(",\"refusal\":null},\"logprobs\":{\"content\":[", to: &output)
        appendToken(ranking[0], to: &output)
        JSONWriter.appendRaw(",\"top_logprobs\":[", to: &output)
        for (rank, one) in ranking.prefix(scoresMaximum).enumerated() {
            if rank > 0 { output.append(UInt8(ascii: ",")) }
            appendToken(one, to: &output)
            output.append(UInt8(ascii: "}"))
        }
        JSONWriter.appendRaw("]}],\"refusal\":null},\"finish_reason\":\"stop\"}]", to: &output)
        JSONWriter.appendRaw(",\"usage\":{\"completion_tokens\":0,", to: &output)
        appendPromptTokens(of: outcome, record: record, to: &output)
    }

    /// Appends a token without its closing brace.
    private func appendToken(_ one: (label: Int, probability: Float), to output: inout [UInt8]) {
        JSONWriter.appendRaw("{\"token\":", to: &output)
        output += labels[one.label]
        JSONWriter.appendRaw(",\"logprob\":", to: &output)
        let logarithm = one.probability > 0 ? log(Double(one.probability)) : Self.logarithmOfNothing
        JSONWriter.appendDecimal(logarithm, to: &output)
        JSONWriter.appendRaw(",\"bytes\":null", to: &output)
    }
}

/// Labels that are each given or not.
extension OpenAIDialect {
    private func appendModeration(
        of outcome: ShardOutcome,
        record: Int,
        line: Int,
        threshold: Float,
        to output: inout [UInt8]
    ) {
        let row = outcome.row(of: record)
        appendID("{\"id\":\"modr_", line, to: &output)
        appendModel(to: &output)
        let isFlagged = row.contains { $0 >= threshold }
        JSONWriter.appendRaw(",\"results\":[{\"flagged\":", to: &output)
        JSONWriter.appendRaw(isFlagged ? "true" : "false", to: &output)
        JSONWriter.appendRaw(",\"categories\":{", to: &output)
        for (label, probability) in row.enumerated() {
            appendKey(label, to: &output)
            JSONWriter.appendRaw(probability >= threshold ? "true" : "false", to: &output)
        }
        JSONWriter.appendRaw("},\"category_scores\":{", to: &output)
        for (label, probability) in row.enumerated() {
            appendKey(label, to: &output)
            JSONWriter.appendDecimal(probability, to: &output)
        }
        JSONWriter.appendRaw("}}]", to: &output)
    }

    private func appendKey(_ label: Int, to output: inout [UInt8]) {
        if label > 0 { output.append(UInt8(ascii: ",")) }
        output += labels[label]
        output.append(UInt8(ascii: ":"))
    }
}
