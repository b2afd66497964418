public import SystemPackage

/// Where alarms are posted, and how.
public struct WebhookSettings: Sendable, Equatable {
    /// The address, with scheme, host and path.
    public var url: String
    /// How long one request may take, in seconds.
    public var timeoutSeconds: Double
    /// A file with the token that goes into `Authorization: Bearer`; read for each request, so that it may be renewed.
    public var bearerTokenFile: FilePath?

    /// Creates settings.
    public init(url: String, timeoutSeconds: Double, bearerTokenFile: FilePath? = nil) {
        self.url = url
        self.timeoutSeconds = timeoutSeconds
        self.bearerTokenFile = bearerTokenFile
    }
}
