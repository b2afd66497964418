import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
public import Spool
import Synchronization
import SystemPackage

/// Posts alarms to a web service as Alertmanager's API v2 takes them.
public final class WebhookDestination: AlertDestination {
    /// `webhook`.
    public let name = "webhook"

    private let settings: WebhookSettings
    private let agent: String
    private let state = Mutex(State())

    private struct State {
        /// Made for the first alarm: most runs have none, and need no thread for it.
        var service: Service?
        var request: HTTPClient.Task<HTTPClient.Response>?
        var isStopped = false
    }

    /// A client and its thread.
    private struct Service {
        let threads: MultiThreadedEventLoopGroup
        let client: HTTPClient
    }

    /// The largest answer that is read, in bytes; only its beginning is ever shown.
    private static let answerBytesMaximum = 1 << 20
    /// The characters of an answer that are shown.
    private static let answerShownMaximum = 500

    /// Creates a destination.
    ///
    /// - Parameters:
    ///   - settings: Where and how.
    ///   - agent: What it calls itself, `batchd/0.1.0`.
    public init(_ settings: WebhookSettings, agent: String) {
        self.settings = settings
        self.agent = agent
    }

    /// Posts alarms, and waits for the answer or the end of the time.
    ///
    /// - Parameter notices: The alarms.
    /// - Returns: What the answer means.
    public func deliver(_ notices: [AlertNotice]) -> AlertDelivery {
        do {
            let request = try makeRequest(notices)
            let deadline = NIODeadline.now() + .milliseconds(Int64(settings.timeoutSeconds * 1000))
            let answer = ResponseAccumulator(request: request, maxBodySize: Self.answerBytesMaximum)
            let task = state.withLock { state -> HTTPClient.Task<HTTPClient.Response>? in
                guard !state.isStopped else { return nil }
                let service = state.service ?? makeService()
                state.service = service
                let task = service.client.execute(request: request, delegate: answer, deadline: deadline)
                state.request = task
                return task
            }
            defer { state.withLock { $0.request = nil } }
            guard let response = try task?.wait() else { return .failed("the run ends") }
            return Self.judge(response)
        } catch let error as TokenProblem {
            return .failed(error.words)
        } catch {
            return .failed(WebhookFailure.words(for: error, timeoutSeconds: settings.timeoutSeconds))
        }
    }

    /// Cancels the request under way.
    public func interrupt() {
        let request = state.withLock { state in
            state.isStopped = true
            return state.request
        }
        request?.cancel()
    }

    /// Ends the client and its thread.
    public func close() {
        guard let service = state.withLock({ $0.service.take() }) else { return }
        try? service.client.syncShutdown()
        try? service.threads.syncShutdownGracefully()
    }

    private func makeService() -> Service {
        var configuration = HTTPClient.Configuration()
        // A token must not go to where somebody else points.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .milliseconds(Int64(settings.timeoutSeconds * 1000))
        // What failed is known to the courier at once, who waits longer than the client would.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(1)
        configuration.httpVersion = .http1Only
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = HTTPClient(eventLoopGroupProvider: .shared(threads), configuration: configuration)
        return Service(threads: threads, client: client)
    }

    private func makeRequest(_ notices: [AlertNotice]) throws -> HTTPClient.Request {
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "User-Agent", value: agent)
        if let file = settings.bearerTokenFile {
            headers.add(name: "Authorization", value: "Bearer \(try BearerToken.read(file))")
        }
        let body = try DocumentCoding.encode(notices)
        return try HTTPClient.Request(url: settings.url, method: .POST, headers: headers, body: .bytes(body))
    }

    private static func judge(_ response: HTTPClient.Response) -> AlertDelivery {
        let status = response.status
        guard !(200..<300).contains(status.code) else { return .delivered }
        let bytes = response.body.map { Array($0.readableBytesView.prefix(4 * answerShownMaximum)) } ?? []
        let said = String(String(decoding: bytes, as: UTF8.self).prefix(answerShownMaximum))
        let words = "the answer was \(status.code) \(status.reasonPhrase)"
        switch status {
        // The receiver understood the request, and this one never suits it.
        case .badRequest, .payloadTooLarge, .unprocessableEntity: return .refused(words, said: said)
        default: return .failed(words, said: said)
        }
    }
}

/// The words for what keeps a request from being answered.
enum WebhookFailure {
    static func words(for error: any Error, timeoutSeconds: Double) -> String {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout:
            "nobody answered within \(timeoutSeconds) s"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "the receiver closed the connection without an answer"
        case let error as HTTPClientError where error == .cancelled: "the run ends"
        case let error as NIOConnectionError: words(for: error)
        case let error as IOError: words(for: error)
        default: String(describing: error)
        }
    }

    private static func words(for error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first {
            return (failure.error as? IOError).map(words) ?? "the connection failed: \(failure.error)"
        }
        return "the host '\(error.host)' is not known"
    }

    private static func words(for error: IOError) -> String {
        "the connection failed: \(Errno(rawValue: error.errnoCode))"
    }
}
