import Foundation
import Testing

@testable import batchd

/// Pages for people, made by the real binary.
@Suite struct ReportTests {
    @Test func aJobHasAReportBesideItsResults() throws {
        let test = try TestRoot()
        let bad = "{\"title\":\"the first <b>bad</b> line\"}\n"
        let file = try test.write(TestRoot.records(10) + bad, to: "night.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let page = try test.text("outbox/sentiment/night/report.html")
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(page.contains("<h1><bdi>night</bdi></h1>"))
        #expect(page.contains("the first &lt;b&gt;bad&lt;/b&gt; line"))
        #expect(page.contains("<dt>Records</dt><dd><bdi>11</bdi></dd>"))
        let manifest = try test.text("outbox/sentiment/night/manifest.json")
        #expect(manifest.contains("\"report.html\""))
        #expect(try !test.text("spool/sentiment/done/night").contains("bad</b>"))
    }

    @Test func alarmsAndGroupsAreOnThePage() throws {
        let test = try TestRoot()
        let yaml = """
            model: sentiment
            monitors:
              - { kind: error_rate, above: 0.01, minimum_records: 10 }
              - { kind: surge, label: negative, group_by: company }

            """
        try test.configure(queue: "sentiment", yaml)
        let good = (0..<20).map { #"{"text":"a good day \#($0)","company":"<ACME>"}"# + "\n" }.joined()
        let bad = String(repeating: "{\"title\":\"no text\"}\n", count: 5)
        let file = try test.write(good + bad, to: "night.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let page = try test.text("outbox/sentiment/night/report.html")
        #expect(page.contains("The job is complete, but an alarm is up"))
        #expect(page.contains("<bdi>20.0 % of 25 records failed; the limit is 1.0 %</bdi>"))
        #expect(page.contains("<h2>By “company”</h2>"))
        #expect(page.contains("<bdi>&lt;ACME&gt;</bdi>"))
        // Nobody was negative, but somebody watches for it.
        #expect(page.contains(">negative</th>"))
        let manifest = try test.text("outbox/sentiment/night/manifest.json")
        #expect(manifest.contains("\"alerts.jsonl\""))
        let next = try test.write(good + good.replacing("good", with: "fine") + bad, to: "next.jsonl")
        try test.expect(0, "submit", next, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        // It stands, and the numbers are those of the job at hand.
        let standing = "</b> <bdi>11.1 % of 45 records failed</bdi>"
        #expect(try test.text("outbox/sentiment/next/report.html").contains(standing))
        let queue = try test.expect(0, "report", "sentiment").output
        #expect(queue.contains("<h2>Alarms that stand</h2>"))
        #expect(queue.contains(standing))
    }

    @Test func aFailedFileHasAReport() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\nlimits: { records: 1 }\n")
        let file = try test.write(TestRoot.records(2), to: "night.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(65, "run", "--once")
        let page = try test.text("outbox/sentiment/night/report.html")
        #expect(page.contains("Do not use these results"))
        #expect(page.contains("too_many_records"))
    }

    @Test func aQueueHasAReportOverItsNights() throws {
        let test = try TestRoot()
        for name in ["one", "two"] {
            let file = try test.write(TestRoot.records(name == "one" ? 3 : 4), to: "\(name).jsonl")
            try test.expect(0, "submit", file, "--queue", "sentiment")
        }
        try test.expect(0, "run", "--once")
        let output = test.directory.appending(path: "page.html")
        try test.expect(0, "report", "sentiment", "--since", "30d", "--output", output.path)
        let page = try String(contentsOf: output, encoding: .utf8)
        #expect(page.contains("<h1><bdi>sentiment</bdi></h1>"))
        #expect(page.contains("2 jobs in 1 night, none of them failed."))
        #expect(page.contains("<dt>Records</dt><dd><bdi>7</bdi></dd>"))
        #expect(!FileManager.default.fileExists(atPath: output.path + ".part"))
        // Not on a terminal, so it goes to standard output.
        #expect(try test.expect(0, "report", "sentiment").output.hasPrefix("<!DOCTYPE html>"))
    }

    @Test func whatIsAnsweredAgainIsCountedOnce() throws {
        let test = try TestRoot()
        let bad = "{\"title\":\"no text\"}\n"
        for (name, lines) in [("one", TestRoot.records(4)), ("two", TestRoot.records(5) + bad)] {
            try test.expect(0, "submit", try test.write(lines, to: "\(name).jsonl"), "--queue", "sentiment")
        }
        try test.expect(0, "run", "--once")
        try test.expect(0, "retry", "sentiment/one")
        try test.expect(0, "run", "--once")
        // Its errors have their text in another field.
        try test.configure(queue: "sentiment", "model: sentiment\ninput: { text: title }\n")
        let errors = test.directory.appending(path: "errors.jsonl.zst")
        let published = test.root.appending(path: "outbox/sentiment/two/errors.jsonl.zst")
        try FileManager.default.copyItem(at: published, to: errors)
        try test.expect(0, "submit", errors.path, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let page = try test.expect(0, "report", "sentiment").output
        #expect(page.contains("4 jobs in 1 night"))
        #expect(page.contains("<dt>Records</dt><dd><bdi>10</bdi></dd>"))
        #expect(page.contains("success, answered again"))
        #expect(page.contains("success, a replay"))
        let replay = try test.text("outbox/sentiment/two.replay1/report.html")
        #expect(replay.contains("it answers errors of another job again, and is compared with no night"))
    }

    @Test func aPeriodBeginsWithAWholeNight() {
        let noon = 1_772_366_400.0
        #expect(ReportCommand.start(of: 3600, until: noon + 15 * 3600) == noon)
        #expect(ReportCommand.start(of: 30 * 86_400, until: noon + 31 * 86_400 + 60) == noon + 86_400)
    }

    @Test func aPageGoesToNoFileButItsOwn() throws {
        let test = try TestRoot()
        let files = FileManager.default
        let folder = test.directory.appending(path: "pages")
        let page = try test.write("the page of yesterday", to: "pages/page.html")
        let other = try test.write("somebody else's", to: "other.txt")
        for ending in [".part", ".tmp"] {
            try files.createSymbolicLink(atPath: page + ending, withDestinationPath: other)
        }
        try test.expect(0, "report", "sentiment", "--output", page)
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "somebody else's")
        #expect(try files.attributesOfItem(atPath: page)[.type] as? FileAttributeType == .typeRegular)
        #expect(try String(contentsOfFile: page, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
        let names = try files.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["page.html", "page.html.part", "page.html.tmp"])
    }

    @Test func whatIsNoFileIsNotReplaced() throws {
        let test = try TestRoot()
        let fifo = test.directory.appending(path: "fifo").path
        #expect(mkfifo(fifo, 0o600) == 0)
        for output in [fifo, test.directory.path, "/dev/stdout", "."] {
            let error = try test.expect(64, "report", "sentiment", "--output", output).error
            #expect(error.contains("'\(output)' is no regular file; leave --output out"))
        }
        #expect(try FileManager.default.attributesOfItem(atPath: fifo)[.type] as? FileAttributeType != .typeRegular)
    }

    @Test func mistakesHaveTheirExitCodes() throws {
        let test = try TestRoot()
        #expect(try test.expect(66, "report", "sentimant").error.contains("did you mean 'sentiment'?"))
        try test.expect(64, "report", "sentiment", "--since", "tomorrow")
        try test.expect(64, "report", "sentiment", "--since", "30")
        let error = try test.expect(74, "report", "sentiment", "--output", "/nowhere/at/all.html").error
        #expect(error.contains("'/nowhere/at/all.html' cannot be written: No such file or directory"))
    }

    @Test func aPriceMakesMoneyOfSeconds() throws {
        let test = try TestRoot()
        let yaml = "report: { core_hour_price: 0.5, currency: CNY }\n"
        try Data(yaml.utf8).write(to: test.root.appending(path: "batchd.yaml"))
        let file = try test.write(TestRoot.records(10_000), to: "night.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        #expect(try test.text("outbox/sentiment/night/report.html").contains("at CNY 0.500 a core hour"))
    }
}
