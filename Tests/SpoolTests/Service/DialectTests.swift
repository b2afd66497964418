import BatchCore
import BatchTesting
import Testing

@testable import Spool

/// Published files in each dialect: several shards, empty jobs, and a queue that changes its mind.
@Suite struct DialectTests {
    private static func configuration(_ format: String) -> String {
        "model: marked\nshard_records: 2\nsettle_seconds: 0\noutput: { format: \(format) }\n"
    }

    private static let text = (1...7).map { $0 == 3 ? "[]\n" : "{\"id\":\($0),\"text\":\"word \($0)\"}\n" }.joined()

    private func publish(_ text: String, _ format: String) throws -> PublishedJob {
        let root = OneQueue()
        root.drop(text, as: "a.jsonl")
        #expect(try root.harness(Self.configuration(format)).run() == .idle)
        let job = try root.job("a")
        #expect(job.violations.isEmpty)
        return job
    }

    private func results(_ job: PublishedJob, _ name: String) throws -> String {
        String(decoding: try PublishedJob.content(ofZstd: #require(job.files[name])), as: UTF8.self)
    }

    @Test func theHeaderStandsOnceBeforeAllShards() throws {
        let job = try publish(Self.text, "csv")
        let lines = try results(job, "results.csv.zst").split(separator: "\r\n")
        #expect(lines.map { $0.prefix(3) } == ["id,", "1,1", "2,2", "4,4", "5,5", "6,6", "7,7"])
        #expect(job.files["results.jsonl.zst"] == nil)
        #expect(job.manifest?.format == .csv)
        #expect(job.manifest?.files.map(\.name).contains("results.csv.zst") == true)
    }

    @Test func aJobWithoutRecordsHasAHeaderAllTheSame() throws {
        let job = try publish("\n", "csv")
        #expect(job.files[PublishedName.success] != nil)
        #expect(try results(job, "results.csv.zst").hasPrefix("id,line,label,probability,score_odd,"))
        #expect(try results(job, "results.csv.zst").split(separator: "\r\n").count == 1)
    }

    @Test func linesOfFastTextStandInTheirPlacesAcrossShards() throws {
        let job = try publish("[]\n{}\n" + Self.text + "[]\n", "fasttext")
        let lines = try results(job, "results.txt.zst").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.map(\.isEmpty) == [true, true, false, false, true, false, false, false, false, true, true])
        #expect(job.manifest?.records.answered == 6)
    }

    @Test(arguments: ["csv", "fasttext", "native", "openai", "comprehend"])
    func aJobOfErrorsAloneIsAFailureWithASoundFile(format: String) throws {
        let job = try publish("[]\n[]\n[]\n", format)
        let name = PublishedName.results(in: try #require(ResultFormat(rawValue: format)))
        let rest = try results(job, name).split(whereSeparator: \.isNewline)
        #expect(rest.count == (format == "csv" ? 1 : 0))
        #expect(job.files[PublishedName.failed] != nil)
        #expect(try job.lines(of: PublishedName.errors).count == 3)
    }

    @Test func errorsAreAlwaysLinesThatCanBeDroppedAgain() throws {
        for format in ResultFormat.allCases {
            let errors = try publish(Self.text, format.rawValue).lines(of: PublishedName.errors)
            #expect(errors.count == 1 && errors[0].hasPrefix(#"{"_raw":"[]","_error":{"code":"not_an_object""#))
        }
    }

    @Test(arguments: [("native", "csv"), ("csv", "native"), ("openai", "fasttext"), ("fasttext", "comprehend")])
    func aJobKeepsTheDialectItWasAcceptedWith(accepted: String, later: String) throws {
        let whole = try publish(Self.text, accepted)
        let root = OneQueue()
        root.drop(Self.text, as: "a.jsonl")
        let harness = try root.harness(Self.configuration(accepted))
        let values = try QueueConfiguration.parse(yaml: Self.configuration(accepted), file: "queue.yaml")
        let loaded = LoadedQueueConfiguration(values: values, text: Self.configuration(accepted))
        harness.keeper.recover(["q": loaded])
        for _ in 0..<20 { _ = harness.keeper.turn() }
        let worker = ComputeWorker(index: 0, source: harness.exchange, board: NobodyOnBoard(), time: root.clock)
        var computers = ComputerCache(time: root.clock)
        _ = worker.work(on: try #require(harness.exchange.takeGroupIfDue()), with: &computers)
        #expect(try root.harness(Self.configuration(later)).run() == .idle)
        let job = try root.job("a")
        let name = PublishedName.results(in: try #require(ResultFormat(rawValue: accepted)))
        #expect(job.files[name] != nil && job.files[name] == whole.files[name])
        #expect(job.manifest?.format?.rawValue == accepted)
    }

    @Test func aDialectThatDoesNotFitTheModelStopsTheQueueBeforeTheJobIsAccepted() throws {
        let root = OneQueue()
        root.drop(Self.text, as: "a.jsonl")
        let model = MarkedTextModel(task: .regression)
        let harness = try SpoolHarness(
            disk: root.disk,
            clock: root.clock,
            queues: ["q": Self.configuration("fasttext")],
            model: model
        )
        _ = harness.run()
        #expect(try root.names(in: root.layout.jobs).isEmpty)
        #expect(try root.names(in: root.layout.outbox).isEmpty)
        #expect(try root.names(in: root.layout.claimed) == ["a.jsonl"])
    }
}

private struct NobodyOnBoard: InFlightRecorder {
    func begin(worker: Int, names: [String], isCanary: Bool, timeoutSeconds: Double) {}
    func end(worker: Int) {}
}
