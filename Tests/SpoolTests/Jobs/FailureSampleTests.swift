import BatchTesting
import Spool
import SystemPackage
import Testing

@Suite struct FailureSampleTests {
    /// Keeps what it is asked to make a page of.
    private final class KeepingWriter: ReportWriter {
        private let jobs = Monitor<[ReportedJob]>([])
        var all: [ReportedJob] { jobs.withLock { $0 } }

        func page(on job: ReportedJob) throws -> [UInt8] {
            jobs.withLock { $0.append(job) }
            return Array("a page\n".utf8)
        }
    }

    /// Cannot make any.
    private struct FailingWriter: ReportWriter {
        struct Failure: Error {}

        func page(on job: ReportedJob) throws -> [UInt8] { throw Failure() }
    }

    @Test func theFirstThreeRecordsOfEachCodeAreShown() throws {
        let queue = OneQueue()
        let long = "{\"title\":\"" + String(repeating: "é", count: 200) + "\"}"
        let lines = (1...20).map { $0 % 2 == 0 ? long : "{\"text\":\"good\"}" } + ["{\"text\":", "{}"]
        queue.drop(lines.joined(separator: "\n"), as: "job.jsonl")
        let writer = KeepingWriter()
        #expect(try queue.harness(reportWriter: writer).run() == .idle)
        let job = try #require(writer.all.first)
        #expect(
            job.failureSamples.map(\.code) == ["missing_field", "missing_field", "missing_field", "invalid_json_line"]
        )
        #expect(job.failureSamples.map(\.line) == [2, 4, 6, 21])
        #expect(job.failureSamples[0].excerpt == "{\"title\":\"" + String(repeating: "é", count: 75))
        #expect(job.failureSamples[3].excerpt == "{\"text\":")
        #expect(job.metrics.lengths?.reduce(0, +) == job.metrics.records.answered)
    }

    @Test func samplesAreNotRememberedOnceTheJobIsDone() throws {
        let queue = OneQueue()
        queue.drop("{\"text\":\"a\"}\n{\"title\":\"a secret\"}\n", as: "job.jsonl")
        #expect(try queue.harness(reportWriter: KeepingWriter()).run() == .idle)
        let done = try #require(queue.disk.content(of: queue.layout.done("job")))
        #expect(!String(decoding: done, as: UTF8.self).contains("a secret"))
    }

    @Test func theReportIsPublishedAndInTheManifest() throws {
        let queue = OneQueue()
        queue.drop("{\"text\":\"a\"}\n", as: "job.jsonl")
        #expect(try queue.harness(reportWriter: KeepingWriter()).run() == .idle)
        let job = try queue.job("job")
        #expect(job.files[PublishedName.report] == Array("a page\n".utf8))
        #expect(job.manifest?.files.map(\.name).contains(PublishedName.report) == true)
        #expect(job.violations.isEmpty)
    }

    @Test func aReportThatCannotBeMadeStopsNothing() throws {
        let queue = OneQueue()
        queue.drop("{\"text\":\"a\"}\n", as: "job.jsonl")
        #expect(try queue.harness(reportWriter: FailingWriter()).run() == .idle)
        let job = try queue.job("job")
        #expect(job.files[PublishedName.report] == nil)
        #expect(job.files[PublishedName.success] != nil)
        #expect(job.violations.isEmpty)
    }

    @Test func aReportKnowsTheJobsBefore() throws {
        let queue = OneQueue()
        let writer = KeepingWriter()
        for key in ["a", "b", "c"] {
            queue.drop("{\"text\":\"\(key)\"}\n", as: "\(key).jsonl")
            // Each life of the daemon reads anew what is done.
            #expect(try queue.harness(reportWriter: writer).run() == .idle)
            queue.clock.advance(bySeconds: 86_400)
        }
        #expect(writer.all.map { $0.history.jobs.map(\.job.key) } == [[], ["a"], ["a", "b"]])
    }
}
