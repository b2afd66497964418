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
        var request: HTTPClient.Task<WebhookAnswer>?
        var isStopped = false
    }

    /// A client and its thread.
    private struct Service {
        let threads: MultiThreadedEventLoopGroup
        let client: HTTPClient
    }

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
        let listener = WebhookListener()
        do {
            guard let task = begin(try makeRequest(notices), listener) else { return .failed("the run ends") }
            defer { state.withLock { $0.request = nil } }
            return try task.wait().meaning
        } catch let error as TokenProblem {
            return .failed(error.words)
        } catch {
            // Who has said 200 has the alarms, however the rest of the answer went.
            if listener.answer?.meaning == .delivered { return .delivered }
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

    /// Sends a request, unless it was said that no other shall begin.
    private func begin(
        _ request: HTTPClient.Request,
        _ listener: WebhookListener
    ) -> HTTPClient.Task<WebhookAnswer>? {
        let deadline = NIODeadline.now() + .milliseconds(Int64(settings.timeoutSeconds * 1000))
        return state.withLock { state in
            guard !state.isStopped else { return nil }
            let service = state.service ?? makeService()
            state.service = service
            state.request = service.client.execute(request: request, delegate: listener, deadline: deadline)
            return state.request
        }
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
}
