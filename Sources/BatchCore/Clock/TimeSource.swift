/// The clocks that decisions are made by, injected so that tests can turn them.
public protocol TimeSource: Sendable {
    /// Seconds since 1970; may jump.
    var wallSeconds: Double { get }
    /// Seconds since some point in this boot, suspended time included; never jumps.
    var monotonicSeconds: Double { get }
    /// Names the boot in which `monotonicSeconds` counts.
    var bootID: String { get }
}
