public import BatchCore
public import Logging

/// Sends the alarms of published jobs to every destination.
public final class AlertDispatcher: Sendable {
    /// How often and how soon a receiver is tried that does not answer: for as long as it takes, five seconds to five
    /// minutes apart.
    public static let retryPolicy = RetryPolicy(
        attemptsMaximum: .max,
        baseSeconds: 5,
        capSeconds: 300,
        deadlineSeconds: .infinity
    )

    private let couriers: [(name: String, courier: AlertCourier)]
    private let threads = ThreadGroup()

    /// Creates a dispatcher.
    ///
    /// - Parameters:
    ///   - destinations: Where alarms go.
    ///   - disk: The root.
    ///   - sender: Who says so.
    ///   - time: The clocks.
    ///   - policy: How soon a destination is tried again.
    ///   - logger: Is told of what arrived, and what did not.
    ///   - wake: Is called on a courier's thread after each attempt.
    public init(
        to destinations: [any AlertDestination],
        on disk: any FileSystem,
        sender: AlertSender,
        time: any TimeSource,
        policy: RetryPolicy = retryPolicy,
        logger: Logger,
        wake: @escaping @Sendable () -> Void = {}
    ) {
        let backlog = AlertBacklog(disk: disk, sender: sender)
        couriers = destinations.map { destination in
            let courier = AlertCourier(
                to: destination,
                backlog: backlog,
                time: time,
                policy: policy,
                logger: logger,
                wake: wake
            )
            return (destination.name, courier)
        }
    }

    /// Starts a thread for each destination, with the alarms that former runs have not delivered.
    ///
    /// - Throws: `ThreadError`.
    public func start() throws {
        for (_, courier) in couriers { try threads.start { courier.run() } }
    }

    /// Takes on a job that was published.
    public func published(_ metrics: JobMetrics) {
        guard metrics.alerts?.isEmpty == false else { return }
        for (_, courier) in couriers { courier.add(metrics) }
    }

    /// Whether a run may end: all has arrived, or was tried often enough to be left to the next run.
    public var isQuiet: Bool { couriers.allSatisfy { $0.courier.isQuiet } }

    /// How the deliveries go, by destination.
    public var figures: [String: AlertFigures] {
        Dictionary(uniqueKeysWithValues: couriers.map { ($0.name, $0.courier.figures) })
    }

    /// Ends what is under way; what has not arrived is sent by the next run.
    ///
    /// - Parameter seconds: How long to wait for the threads.
    /// - Returns: Whether they have ended.
    public func stop(withinSeconds seconds: Double) -> Bool {
        for (_, courier) in couriers { courier.stop() }
        return threads.wait(seconds: seconds)
    }
}
