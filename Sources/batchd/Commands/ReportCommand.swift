import ArgumentParser
import Glibc
import Reporting
import Spool
import SystemPackage

/// `batchd report`: makes a page about a queue over its nights.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Makes one HTML page about a queue over its nights.",
        discussion: """
            It reads what is remembered of finished jobs, so it works with a daemon and without one, and after results \
            were collected. The page needs nothing else: mail it, or open it in a browser. Each job has a report of its \
            own, report.html, beside its results.

            Example:
              batchd report sentiment --since 30d --output sentiment.html
            """
    )

    @Argument(help: "The queue.", completion: CompletionRoot.queues)
    var queue: String

    @Option(name: .long, help: "How far back, like 12h, 30d or 400d; the first night is whole.")
    var since: DurationArgument = .days(30)

    @Option(
        name: [.long, .short],
        help: ArgumentHelp("Write to this file, replacing it, and not to standard output.", valueName: "file"),
        completion: .file(extensions: ["html"])
    )
    var output: String?

    @OptionGroup var rootOption: RootOption

    /// A bare number counts in seconds, and whoever types one here means days.
    private static let sinceSecondsMinimum = 3600.0

    func validate() throws {
        guard since.seconds >= Self.sinceSecondsMinimum else {
            throw ValidationError("--since must be an hour or more, with its unit: 12h, 30d")
        }
    }

    func run() throws {
        try reportingFailure {
            if output == nil && StandardStream.outputIsTerminal {
                throw CommandFailure(
                    ExitStatus.usage,
                    "a page is nothing for a terminal; add --output FILE, or send it on with > or |"
                )
            }
            let root = try rootOption.open()
            try root.requireQueue(queue)
            let page = try page(of: root)
            guard let output else { return try StandardStream.output(page) }
            try Self.write(page, to: output)
        }
    }

    /// The beginning of the night in which a period begins: half a night would look like one with half the records.
    static func start(of seconds: Double, until: Double) -> Double {
        FormerNights.start(ofNightAt: until - seconds)
    }

    private func page(of root: SpoolRoot) throws -> [UInt8] {
        let until = SystemTimeSource().wallSeconds
        let start = Self.start(of: since.seconds, until: until)
        let layout = QueueLayout(queue: queue)
        let finished = try FinishedJobs(of: layout, on: root.disk, since: start, until: until)
        var report = QueueReport(
            queue: queue,
            sinceWallSeconds: start,
            untilWallSeconds: until,
            jobs: finished.jobs.map { JobFigures($0) },
            corePrice: try root.daemonConfiguration().corePrice,
            unreadable: finished.unreadable
        )
        report.alarms = finished.jobs.last(where: \.isNight).map { ReportedAlarm.allStanding(after: $0) } ?? []
        return QueueReportPage(report).bytes
    }

    /// Replaces a file in one step, so that whoever has the page open never loads half of one.
    private static func write(_ page: [UInt8], to output: String) throws {
        let path = FilePath(output)
        var description = stat()
        let isThere = stat(output, &description) == 0
        guard let name = path.lastComponent, !isThere || description.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(
                ExitStatus.usage,
                "'\(output)' is no regular file; leave --output out for standard output, or choose another"
            )
        }
        let directory = path.removingLastComponent()
        do throws(FileSystemError) {
            let disk = try LinuxFileSystem(root: directory.isEmpty ? "." : directory)
            try write(page, to: FilePath(root: nil, [name]), on: disk)
        } catch {
            throw CommandFailure(
                ExitStatus.inputOutput,
                "'\(output)' cannot be written: \(error.errno); choose another --output"
            )
        }
    }

    private static func write(
        _ page: [UInt8],
        to path: FilePath,
        on disk: LinuxFileSystem
    ) throws(FileSystemError) {
        // A name that nobody knows before: others may write in that directory, and so may another report.
        let part = FilePath(".batchd-report.\(String(UInt64.random(in: .min ... .max), radix: 16))")
        try disk.writeSynced(page, to: part)
        do throws(FileSystemError) {
            try disk.rename(part, to: path, replacing: true)
        } catch {
            try? disk.removeFile(part)
            throw error
        }
        try disk.syncDirectory("")
    }
}
