import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Spool
import Synchronization

/// What a receiver answered.
struct WebhookAnswer: Sendable {
    /// The bytes of an answer that are kept.
    static let bytesMaximum = 2000
    /// The characters of it that are shown.
    private static let shownMaximum = 500

    var status: HTTPResponseStatus
    /// The beginning of what came with it.
    var body: [UInt8] = []

    /// What it means for the alarms.
    var meaning: AlertDelivery {
        guard !(200..<300).contains(status.code) else { return .delivered }
        let said = String(String(decoding: body, as: UTF8.self).prefix(Self.shownMaximum))
        let words = "the answer was \(status.code) \(status.reasonPhrase)"
        switch status {
        // The receiver understood the request, and this one never suits it.
        case .badRequest, .payloadTooLarge, .unprocessableEntity: return .refused(words, said: said)
        default: return .failed(words, said: said)
        }
    }
}

/// Hears an answer, of which no more is kept than is ever shown.
final class WebhookListener: HTTPClientResponseDelegate {
    private let heard = Mutex<WebhookAnswer?>(nil)

    /// What was heard so far.
    var answer: WebhookAnswer? { heard.withLock { $0 } }

    func didReceiveHead(task: HTTPClient.Task<WebhookAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        heard.withLock { $0 = WebhookAnswer(status: head.status) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<WebhookAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        heard.withLock { answer in
            let rest = WebhookAnswer.bytesMaximum - (answer?.body.count ?? 0)
            answer?.body.append(contentsOf: buffer.readableBytesView.prefix(rest))
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<WebhookAnswer>) throws -> WebhookAnswer {
        guard let answer else { throw HTTPClientError.remoteConnectionClosed }
        return answer
    }
}
