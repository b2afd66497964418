import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import SystemPackage

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
        case let error as NIOSSLError: words(for: error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "the receiver's certificate is for another name than that in 'alerts.webhook'"
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

    /// What BoringSSL says names files of its sources and no remedy.
    private static func words(for error: NIOSSLError) -> String {
        guard case .handshakeFailed(let cause) = error else { return "TLS failed: \(error)" }
        return String(describing: cause).contains("CERTIFICATE_VERIFY_FAILED")
            ? "the receiver's certificate is signed by nobody that this machine trusts; 'update-ca-certificates' adds one"
            : "the TLS handshake failed; is it an https:// port?"
    }
}
