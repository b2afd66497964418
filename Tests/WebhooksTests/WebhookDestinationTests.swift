import BatchTesting
import Foundation
import Spool
import SystemPackage
import Testing

@testable import Webhooks

/// What a real server gets and what its answers mean.
@Suite struct WebhookDestinationTests {
    private static let notice = AlertNotice.test(
        sender: AlertSender(instance: "night", root: "/srv/batchd"),
        nowWallSeconds: 1_772_366_400
    )

    private func deliver(
        to url: String,
        timeoutSeconds: Double = 30,
        tokenFile: FilePath? = nil
    ) -> AlertDelivery {
        let settings = WebhookSettings(url: url, timeoutSeconds: timeoutSeconds, bearerTokenFile: tokenFile)
        let destination = WebhookDestination(settings, agent: "batchd/test")
        defer { destination.close() }
        return destination.deliver([Self.notice])
    }

    @Test func alarmsArePostedAsAlertmanagerTakesThem() throws {
        let receiver = try HTTPReceiver { _ in .status(200) }
        defer { receiver.stop() }
        #expect(deliver(to: receiver.url()) == .delivered)
        let request = try #require(receiver.requests.first)
        #expect(request.line == "POST /api/v2/alerts HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["user-agent"] == "batchd/test")
        #expect(request.headers["authorization"] == nil)
        let list = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [[String: Any]])
        #expect(list.count == 1)
        #expect(list[0].keys.sorted() == ["annotations", "endsAt", "generatorURL", "labels", "startsAt"])
        #expect((list[0]["labels"] as? [String: String])?["alertname"] == "BatchdTest")
        #expect(list[0]["startsAt"] as? String == "2026-03-01T12:00:00.000Z")
        #expect(list[0]["endsAt"] as? String == "2026-03-01T12:05:00.000Z")
    }

    @Test(arguments: [200, 202, 204])
    func whatIsAcceptedHasArrived(code: Int) throws {
        let receiver = try HTTPReceiver { _ in .status(code) }
        defer { receiver.stop() }
        #expect(deliver(to: receiver.url()) == .delivered)
    }

    @Test(arguments: [401, 403, 404, 408, 429, 500, 502, 503])
    func whatMayPassIsAFailure(code: Int) throws {
        let receiver = try HTTPReceiver { _ in .status(code, "not now") }
        defer { receiver.stop() }
        let delivery = deliver(to: receiver.url())
        guard case .failed(let reason, let said) = delivery else {
            Issue.record("\(delivery)")
            return
        }
        #expect(reason.hasPrefix("the answer was \(code)"))
        #expect(said == "not now")
    }

    @Test(arguments: [400, 413, 422])
    func whatNeverSuitsIsRefused(code: Int) throws {
        let receiver = try HTTPReceiver { _ in .status(code, #"{"message":"bad label"}"#) }
        defer { receiver.stop() }
        let delivery = deliver(to: receiver.url())
        guard case .refused(let reason, let said) = delivery else {
            Issue.record("\(delivery)")
            return
        }
        #expect(reason.hasPrefix("the answer was \(code)"))
        #expect(said == #"{"message":"bad label"}"#)
    }

    @Test func noTokenFollowsARedirect() throws {
        let elsewhere = try HTTPReceiver { _ in .status(200) }
        defer { elsewhere.stop() }
        let target = elsewhere.url()
        let receiver = try HTTPReceiver { _ in .redirect(to: target) }
        defer { receiver.stop() }
        guard case .failed = deliver(to: receiver.url()) else {
            Issue.record("the redirect counts as an answer")
            return
        }
        #expect(elsewhere.requests.isEmpty)
    }

    @Test func silenceHasAnEnd() throws {
        let receiver = try HTTPReceiver { _ in .silence }
        defer { receiver.stop() }
        #expect(deliver(to: receiver.url(), timeoutSeconds: 0.2) == .failed("nobody answered within 0.2 s"))
    }

    @Test func aConnectionThatEndsIsAFailure() throws {
        let receiver = try HTTPReceiver { _ in .hangUp }
        defer { receiver.stop() }
        guard case .failed = deliver(to: receiver.url()) else {
            Issue.record("an unanswered request counts as delivered")
            return
        }
    }

    @Test func anAnswerThatIsCutShortHasArrived() throws {
        let receiver = try HTTPReceiver { $0 == 0 ? .cutShort(200) : .cutShort(503) }
        defer { receiver.stop() }
        #expect(deliver(to: receiver.url()) == .delivered)
        guard case .failed = deliver(to: receiver.url()) else {
            Issue.record("half a 503 counts as delivered")
            return
        }
    }

    @Test func aServerWithoutTLSIsAFailure() throws {
        let receiver = try HTTPReceiver { _ in .status(200) }
        defer { receiver.stop() }
        let delivery = deliver(to: receiver.url().replacing("http:", with: "https:"), timeoutSeconds: 5)
        guard case .failed = delivery else {
            Issue.record("\(delivery)")
            return
        }
        #expect(receiver.requests.isEmpty)
    }

    @Test func aPortWithoutAServerIsAFailure() throws {
        let receiver = try HTTPReceiver { _ in .status(200) }
        receiver.stop()
        #expect(deliver(to: receiver.url()) == .failed("the connection failed: Connection refused"))
    }

    @Test func theTokenIsReadForEachRequest() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "batchd-token-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "token")
        let receiver = try HTTPReceiver { _ in .status(200) }
        defer { receiver.stop() }
        let settings = WebhookSettings(url: receiver.url(), timeoutSeconds: 30, bearerTokenFile: FilePath(file.path))
        let destination = WebhookDestination(settings, agent: "batchd/test")
        defer { destination.close() }
        for token in ["first\n", "  second"] {
            try Data(token.utf8).write(to: file)
            #expect(destination.deliver([Self.notice]) == .delivered)
        }
        #expect(receiver.requests.map { $0.headers["authorization"] } == ["Bearer first", "Bearer second"])
        for token in ["", "two\nlines", "caf\u{E9}"] {
            try Data(token.utf8).write(to: file)
            guard case .failed(let reason, _) = destination.deliver([Self.notice]) else {
                Issue.record("'\(token)' counts as a token")
                continue
            }
            #expect(reason.hasPrefix("'\(file.path)' holds no token"))
        }
        try FileManager.default.removeItem(at: file)
        guard case .failed(let reason, _) = destination.deliver([Self.notice]) else {
            Issue.record("no file counts as a token")
            return
        }
        #expect(reason.contains("No such file or directory"))
        #expect(receiver.requests.count == 2)
    }

    @Test func anInterruptionEndsARequest() throws {
        let receiver = try HTTPReceiver { _ in .silence }
        defer { receiver.stop() }
        let settings = WebhookSettings(url: receiver.url(), timeoutSeconds: 300)
        let destination = WebhookDestination(settings, agent: "batchd/test")
        let threads = ThreadGroup()
        try threads.start {
            #expect(destination.deliver([Self.notice]) == .failed("the run ends"))
            destination.close()
        }
        #expect(receiver.wait(for: 1).count == 1)
        destination.interrupt()
        #expect(threads.wait(seconds: 30))
    }
}
