/// Is told of what happens to jobs.
public protocol SpoolObserver: AnyObject {
    /// A job was published.
    func published(_ metrics: JobMetrics)
    /// A job moved to `hold/`, or a file to `quarantine/`.
    func setAside(queue: String, code: String)
}
