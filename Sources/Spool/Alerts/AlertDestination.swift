/// Somewhere that alarms are sent to.
///
/// A courier's thread calls `deliver`; `interrupt` comes from another one.
public protocol AlertDestination: AnyObject, Sendable {
    /// What logs, metrics and its ledger call it: `webhook`.
    var name: String { get }

    /// Sends alarms, and waits until they have arrived or its time is over.
    ///
    /// - Parameter notices: The alarms, at least one.
    /// - Returns: What became of them.
    func deliver(_ notices: [AlertNotice]) -> AlertDelivery

    /// Ends a delivery that is under way as soon as possible; no other will begin.
    func interrupt()

    /// Lets go of what it holds, after the last delivery.
    func close()
}

/// What became of alarms that were sent.
public enum AlertDelivery: Sendable, Equatable {
    /// They have arrived.
    case delivered
    /// The receiver will never take them, in words; sending them again is no use.
    case refused(String, said: String = "")
    /// They have not arrived, in words; `said` is what the receiver answered, which may repeat a record's content.
    case failed(String, said: String = "")
}
