import Spool
import SystemPackage

/// One look at a daemon under load.
struct LoadSample {
    let seconds: Double
    let parent: ProcessSample
    let engine: ProcessSample
    let records: Int

    init?(seconds: Double, daemon: DaemonProcess, records: Int) {
        guard let parent = ProcessSample(daemon.process.processID), let number = daemon.engine,
            let engine = ProcessSample(number)
        else { return nil }
        self.seconds = seconds
        self.parent = parent
        self.engine = engine
        self.records = records
    }
}

/// What a daemon held over time, and whether that grew.
struct LoadCurve {
    static let header = """
        seconds,parent_rss_kib,parent_anonymous_kib,parent_threads,parent_descriptors,engine_rss_kib,\
        engine_anonymous_kib,engine_threads,engine_descriptors,records

        """

    let samples: [LoadSample]
    /// The samples after the start, of which growth is told.
    let settled: [LoadSample]

    init(samples: [LoadSample], settledAfterSeconds: Double) {
        self.samples = samples
        settled = samples.filter { $0.seconds >= settledAfterSeconds }
    }

    /// The slope of a straight line through the settled samples, per hour, by least squares.
    func slopePerHour(_ value: (LoadSample) -> Int) -> Double {
        let count = Double(settled.count)
        let meanX = settled.reduce(0) { $0 + $1.seconds } / max(count, 1)
        let meanY = settled.reduce(0) { $0 + Double(value($1)) } / max(count, 1)
        let above = settled.reduce(0) { $0 + ($1.seconds - meanX) * (Double(value($1)) - meanY) }
        let below = settled.reduce(0) { $0 + ($1.seconds - meanX) * ($1.seconds - meanX) }
        return below > 0 ? above / below * 3_600 : 0
    }

    var figures: [String: Double] {
        [
            "parent_rss_kib_per_hour": slopePerHour(\.parent.residentKiB),
            "engine_rss_kib_per_hour": slopePerHour(\.engine.residentKiB),
            "engine_anonymous_kib_per_hour": slopePerHour(\.engine.anonymousKiB),
            "engine_descriptors_per_hour": slopePerHour(\.engine.descriptors),
            "engine_rss_kib_maximum": Double(samples.map(\.engine.residentKiB).max() ?? 0),
            "engine_descriptors_maximum": Double(samples.map(\.engine.descriptors).max() ?? 0),
            "looks": Double(samples.count),
        ]
    }

    var violations: [String] {
        guard let first = settled.first, settled.count > 2 else { return ["only \(settled.count) looks to judge by"] }
        var found: [String] = []
        // Over minutes, a slope says more of the load than of the program.
        let isLong = (settled.last?.seconds ?? 0) - first.seconds > 1_800
        for (name, slope) in [
            ("parent", slopePerHour(\.parent.residentKiB)), ("engine", slopePerHour(\.engine.residentKiB)),
        ] where isLong && slope > MixedLoad.residentKiBPerHourMaximum {
            found.append("the \(name) grows by \(slope) KiB an hour")
        }
        let descriptors = settled.map(\.engine.descriptors).max() ?? 0
        if descriptors > first.engine.descriptors + MixedLoad.descriptorsSpread {
            found.append("the engine had \(descriptors) descriptors, after \(first.engine.descriptors) at first")
        }
        let threads = Set(settled.map(\.engine.threads))
        if threads.count > 2 { found.append("the engine's threads vary: \(threads.sorted())") }
        return found
    }

    /// Writes `load.csv` and `load.svg`.
    func write(to directory: FilePath) throws {
        var table = Self.header
        for sample in samples {
            let values = [sample.parent, sample.engine].flatMap {
                [$0.residentKiB, $0.anonymousKiB, $0.threads, $0.descriptors]
            }
            table += ([Int(sample.seconds)] + values + [sample.records]).map(String.init).joined(separator: ",") + "\n"
        }
        try write(table, to: directory.appending("load.csv"))
        try write(picture, to: directory.appending("load.svg"))
    }

    private func write(_ text: String, to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
    }

    private var picture: String {
        let end = max(samples.last?.seconds ?? 1, 1)
        let top = Double(max(samples.map(\.engine.residentKiB).max() ?? 1, 1)) * 1.1
        func line(_ color: String, _ value: (LoadSample) -> Int) -> String {
            let points = samples.map { sample in
                "\(Int(60 + sample.seconds / end * 720)),\(Int(260 - Double(value(sample)) / top * 230))"
            }
            return "<polyline fill=\"none\" stroke=\"\(color)\" points=\"\(points.joined(separator: " "))\"/>"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300" font-family="sans-serif" font-size="12">
            <rect width="800" height="300" fill="white"/>
            <path d="M60 20V260H790" fill="none" stroke="#888"/>
            <text x="4" y="34">\(Int(top) >> 10) MiB</text><text x="40" y="264">0</text>
            <text x="740" y="280">\(Int(end)) s</text>
            <text x="80" y="24" fill="#06c">engine, resident</text>
            <text x="220" y="24" fill="#093">engine, anonymous</text>
            <text x="370" y="24" fill="#c60">parent, resident</text>
            \(line("#06c", \.engine.residentKiB))
            \(line("#093", \.engine.anonymousKiB))
            \(line("#c60", \.parent.residentKiB))
            </svg>

            """
    }
}
