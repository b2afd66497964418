import Foundation
import Glibc
import Testing

/// The daemon, seen from outside.
@Suite struct RunTests {
    @Test func droppedFileIsPublishedOnce() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(10), to: "ten.jsonl")
        #expect(try test.expect(0, "submit", file, "--queue", "sentiment").output == "sentiment/ten\n")
        try test.expect(0, "run", "--once")
        let results = try test.text("outbox/sentiment/ten/results.jsonl.zst").split(separator: "\n")
        #expect(results.count == 10)
        #expect(results.first?.hasPrefix(#"{"id":"r1","line":1,"label":"positive","probability":"#) == true)
        #expect(test.exists("outbox/sentiment/ten/_SUCCESS"))
        #expect(!test.exists("outbox/sentiment/ten/errors.jsonl.zst"))
        #expect(test.names(in: "spool/sentiment/archive") == ["ten.jsonl"])
        for empty in ["incoming", "claimed", "jobs", "staging"] {
            #expect(test.names(in: "spool/sentiment/\(empty)") == [], "\(empty)")
        }
        try test.expect(0, "run", "--once")
        #expect(test.names(in: "outbox/sentiment") == ["ten"])
    }

    @Test func aFieldOfMonitorsThatNoRecordHasIsSaid() throws {
        let test = try TestRoot()
        let surge = "monitors: [{ kind: surge, label: negative, group_by: compny }]"
        try test.configure(queue: "sentiment", "model: sentiment\n\(surge)\n")
        try test.write(TestRoot.records(3), to: "root/spool/sentiment/incoming/three.jsonl")
        let log = try test.expect(0, "run", "--once").error
        #expect(log.contains("no record has the field by which monitors group"))
        #expect(log.contains("field=compny") && log.contains("job=sentiment/three"))
        try test.write(#"{"id":"1","text":"good","compny":"ACME"}"#, to: "root/spool/sentiment/incoming/one.jsonl")
        #expect(try !test.expect(0, "run", "--once").error.contains("no record has the field"))
    }

    @Test func nextRunRemembersWhenAQueueLastPublished() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(1), to: "one.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        let line = { () throws -> Substring? in
            try test.expect(0, "run", "--once")
            let lines = try test.text("state/batchd.prom").split(separator: "\n")
            return lines.first { $0.hasPrefix("batchd_last_publication_timestamp_seconds{queue=\"sentiment\"} ") }
        }
        let first = try #require(try line())
        #expect(try line() == first)
    }

    @Test func filesInADirectoryThatIsNoQueueYetAreNotPassedOver() throws {
        let test = try TestRoot()
        #expect(try !test.expect(0, "config", "check").output.contains("news"))
        try test.write(TestRoot.records(1), to: "root/spool/news/incoming/late.jsonl")
        #expect(try test.expect(0, "status").output.contains("queue 'news' is stopped: it has no queue.yaml"))
        #expect(try test.expect(0, "top", "--once").output.contains("queue 'news' is stopped: it has no queue.yaml"))
        let file = "spool/news/queue.yaml: is not there, so no file of it is taken; 1 file waits"
        #expect(try test.expect(0, "config", "check").output.contains(file))
        #expect(try test.batchd("doctor", "--brief").output.contains("warning  \(file)"))
        try test.expect(75, "run", "--once")
        try test.configure(queue: "news", "model: sentiment\n")
        try test.expect(0, "run", "--once")
        #expect(test.exists("outbox/news/late/_SUCCESS"))
    }

    @Test func statusSaysWhyTheLastRunFailedUntilOneWorks() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "modle: sentiment\n")
        try test.expect(78, "run", "--once")
        let words = "spool/sentiment/queue.yaml:1: unknown key 'modle' (value 'sentiment'); did you mean 'model'?"
        let table = try test.expect(0, "status").output
        #expect(table.contains("the last run ended with exit code 78 at ") && table.contains(words), "\(table)")
        #expect(try test.expect(0, "top", "--once").output.contains(words))
        #expect(try test.expect(69, "doctor", "--brief").output.contains("error    last run: ended with exit code 78"))
        if TestRoot.canValidate {
            let file = try test.write(test.expect(0, "status", "--json").output, to: "status.json")
            try test.expectValid("status", URL(fileURLWithPath: file))
        }
        try test.configure(queue: "sentiment", "model: sentiment\n")
        try test.expect(0, "run", "--once")
        #expect(try !test.expect(0, "status").output.contains("last run"))
        // One that is refused beside a daemon is not the last run.
        let daemon = try test.start("run")
        try submitAndWait("first", test)
        try test.configure(queue: "sentiment", "modle: sentiment\n")
        try test.expect(78, "run", "--once")
        #expect(!test.exists("state/failure.json"))
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }

    @Test func statusSaysThatAReloadWasRefusedUntilOneIsTaken() throws {
        let test = try TestRoot()
        let daemon = try test.start("run")
        try submitAndWait("first", test)
        try test.configure(queue: "sentiment", "modle: sentiment\n")
        daemon.signal(SIGHUP)
        var table = ""
        while !table.contains("was refused: ") {
            usleep(100_000)
            table = try test.expect(0, "status").output
        }
        #expect(table.contains("spool/sentiment/queue.yaml:1: unknown key 'modle'"), "\(table)")
        #expect(try test.batchd("doctor", "--brief").output.contains("warning  reload: refused at "))
        try test.configure(queue: "sentiment", "model: sentiment\n")
        daemon.signal(SIGHUP)
        while try test.expect(0, "status").output.contains("was refused: ") { usleep(100_000) }
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }

    @Test func damagedRecordIsNamedAndNotCounted() throws {
        let test = try TestRoot()
        for key in ["a", "b"] {
            let file = try test.write("{\"text\":\"\(key)\"}\n", to: "\(key).jsonl")
            try test.expect(0, "submit", file, "--queue", "sentiment")
        }
        try test.expect(0, "run", "--once")
        try test.write("{}\n", to: "root/spool/sentiment/done/a")
        let table = try test.expect(0, "status").output
        #expect(table.contains("1 finished") && table.contains("sentiment: the record 'done/a' is damaged"), "\(table)")
    }

    @Test func directoryWithoutMarkerSaysWhyItWaitsWithoutADaemon() throws {
        let test = try TestRoot()
        try test.write(TestRoot.records(1), to: "root/spool/sentiment/incoming/night/part.jsonl")
        #expect(try test.status(of: "night")?["reason"] as? String == "a directory is taken once _SUCCESS is in it")
        try test.write("", to: "root/spool/sentiment/incoming/night/_SUCCESS")
        #expect(try test.status(of: "night")?["reason"] == nil)
    }

    @Test func queueThatLostItsConfigurationIsStillShown() throws {
        let test = try TestRoot()
        try test.configure(queue: "news", "model: sentiment\n")
        try test.expect(0, "run", "--once")
        try FileManager.default.removeItem(at: test.root.appending(path: "spool/news/queue.yaml"))
        let table = try test.expect(0, "status").output
        #expect(table.contains("queue 'news' is stopped: it has no queue.yaml"), "\(table)")
        #expect(table.contains("\nnews: 0 incoming"), "\(table)")
        #expect(try test.expect(0, "run", "--once").error.contains("a queue has no queue.yaml"))
        try test.write("{}", to: "root/spool/news/incoming/late.jsonl")
        try test.expect(75, "run", "--once")
    }

    @Test func modelDirectoryIsMeantFromTheRoot() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: ./models/none\n")
        let error = try test.expect(78, "run", "--once").error
        #expect(error.contains("\(test.root.path)/"), "\(error)")
    }

    @Test func otherContentUnderAKnownNameIsAVersionAndEqualContentADuplicate() throws {
        let test = try TestRoot()
        for (count, code) in [(3, 0), (4, 0), (3, 0)] as [(Int, Int32)] {
            let file = try test.write(TestRoot.records(count), to: "night.jsonl")
            try test.expect(code, "submit", file, "--queue", "sentiment")
            try test.expect(0, "run", "--once")
        }
        let published = test.names(in: "outbox/sentiment")
        #expect(published.count == 2)
        #expect(published.first == "night")
        #expect(published.last?.wholeMatch(of: /night\.[0-9a-f]{12}/) != nil)
        #expect(test.names(in: "spool/sentiment/archive").contains("night.duplicate.jsonl"))
    }

    @Test func conflictIsQuarantinedWhereTheQueueSaysSo() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\nsame_name: conflict\n")
        for (count, code) in [(3, 0), (4, 65)] as [(Int, Int32)] {
            let file = try test.write(TestRoot.records(count), to: "night.jsonl")
            try test.expect(0, "submit", file, "--queue", "sentiment")
            try test.expect(code, "run", "--once")
        }
        #expect(test.names(in: "outbox/sentiment") == ["night"])
        let status = try #require(try test.status(of: "night.jsonl"))
        #expect(status["state"] as? String == "quarantined")
    }

    @Test func directoryOfPartsIsOneJob() throws {
        let test = try TestRoot()
        try test.write(TestRoot.records(3, first: 4), to: "spark/part-00001.jsonl")
        try test.write(TestRoot.records(3), to: "spark/part-00000.jsonl")
        try test.write("", to: "spark/_SUCCESS")
        let folder = test.directory.appending(path: "spark").path
        try test.expect(0, "submit", folder, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let results = try test.text("outbox/sentiment/spark/results.jsonl.zst").split(separator: "\n")
        let places = results.map { $0.prefix { $0 != "," } }
        #expect(places == (1...6).map { #"{"id":"r\#($0)""# })
    }

    @Test func errorsFileReplaysOnlyTheFailures() throws {
        let test = try TestRoot()
        let file = try test.write("{\"text\":\"good\"}\n{\"text\":1}\n[]\n{\"text\":\"bad\"}\n", to: "mixed.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let errors = test.root.appending(path: "outbox/sentiment/mixed/errors.jsonl.zst").path
        try test.expect(0, "submit", errors, "--queue", "sentiment")
        try test.expect(65, "run", "--once")
        let manifest = try test.json("outbox/sentiment/mixed.replay1/manifest.json")
        let parent = try #require(manifest["parent"] as? [String: String])
        #expect(parent == ["queue": "sentiment", "key": "mixed", "relation": "replay"])
        let records = try #require(manifest["records"] as? [String: Int])
        #expect(records["in"] == 2)
    }

    @Test func jobWithoutAnyResultIsFailedInWords() throws {
        let test = try TestRoot()
        let file = try test.write("{\"text\":1}\nnull\n", to: "hopeless.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(65, "run", "--once")
        #expect(!test.exists("outbox/sentiment/hopeless/_SUCCESS"))
        let words = try test.text("outbox/sentiment/hopeless/_FAILED")
        let expected = "every_record_failed: None of the 2 records has a result (most often: "
        #expect(words.hasPrefix(expected) && words.contains(", first in line "), "\(words)")
    }

    @Test func queuesKeepTheirOwnSettings() throws {
        let test = try TestRoot()
        let news = """
            model: sentiment@1
            input: { text: "{title}. {body}", id: key }
            output: { fields: [id, label], pass: [source] }
            """
        try test.configure(queue: "news", news)
        let file = try test.write(#"{"key":7,"title":"Great","body":"Love it","source":"x"}"#, to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "news")
        try test.expect(0, "submit", try test.write(TestRoot.records(2), to: "b.jsonl"), "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let result = try test.text("outbox/news/a/results.jsonl.zst")
        #expect(result == "{\"id\":7,\"label\":\"positive\",\"source\":\"x\"}\n")
        #expect(test.exists("outbox/sentiment/b/_SUCCESS"))
    }

    @Test func secondDaemonExitsWith75AndSIGTERMEndsTheFirstWith0() throws {
        let test = try TestRoot()
        let daemon = try test.start("run")
        let file = try test.write(TestRoot.records(1), to: "one.jsonl")
        // A published job proves that the daemon is up, its lock held.
        try test.expect(0, "submit", file, "--queue", "sentiment", "--wait", "--timeout", "60s")
        try test.expect(75, "run", "--once")
        let report = try TestRoot.object(test.expect(0, "status", "--json").output)
        #expect((report["daemon"] as? [String: Any])?["running"] as? Bool == true)
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }

    @Test(arguments: [["--once", "--deadline", "1e30"], ["--once", "--deadline", "4000d"], ["--deadline", "1h"]])
    func deadlineThatCannotBeKeptIsAUsageError(arguments: [String]) throws {
        let test = try TestRoot()
        let command = try RunningCommand(["run"] + arguments, root: test.root, directory: test.directory)
        #expect(command.finish().code == 64)
    }

    @Test func reloadKeepsTheFormerConfigurationWhereTheNewOneIsWrong() throws {
        let test = try TestRoot()
        let daemon = try test.start("run")
        try submitAndWait("first", test)
        try test.configure(queue: "sentiment", "model: sentiment\noutptu: {}\n")
        daemon.signal(SIGHUP)
        daemon.waitForMessage("the former one stays")
        try test.configure(queue: "sentiment", "model: sentiment\n")
        try submitAndWait("second", test)
        try test.configure(queue: "sentiment", "model: sentiment\noutput: { fields: [label] }\n")
        daemon.signal(SIGHUP)
        daemon.waitForMessage("configuration read again")
        try submitAndWait("third", test)
        daemon.signal(SIGTERM)
        let output = daemon.finish()
        #expect(output.code == 0)
        #expect(output.error.contains("did you mean 'output'?"))
        #expect(try test.text("outbox/sentiment/second/results.jsonl.zst").contains("\"scores\""))
        #expect(try test.text("outbox/sentiment/third/results.jsonl.zst") == "{\"label\":\"positive\"}\n")
    }

    @Test func reloadThatIsRefusedChangesNoModelAndLooksAtEveryFile() throws {
        let test = try TestRoot()
        let daemon = try test.start("run")
        try submitAndWait("first", test)
        let yaml = test.root.appending(path: "batchd.yaml")
        let former = try Data(contentsOf: yaml)
        try test.configure(queue: "sentiment", "model: sentiment\noutput: { fields: [label] }\n")
        try Data("thread: 2\n".utf8).write(to: yaml)
        daemon.signal(SIGHUP)
        daemon.waitForMessage("did you mean 'threads'?")
        try submitAndWait("second", test)
        #expect(try test.text("outbox/sentiment/second/results.jsonl.zst").contains("\"scores\""))
        try Data(former + Data("poll_seconds: 1\n".utf8)).write(to: yaml)
        daemon.signal(SIGHUP)
        daemon.waitForMessage("restart batchd for what has changed")
        try submitAndWait("third", test)
        #expect(try test.text("outbox/sentiment/third/results.jsonl.zst") == "{\"label\":\"positive\"}\n")
        daemon.signal(SIGTERM)
        #expect(daemon.finish().code == 0)
    }

    @Test func waitingForAJobOfAStoppedQueueEndsWith74() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(1), to: "one.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        let snapshot = """
            {"written_wall_seconds":\(Date().timeIntervalSince1970),"jobs":[],"records_per_second":0,\
            "stopped_queues":{"sentiment":"fsync failed"}}
            """
        try Data(snapshot.utf8).write(to: test.root.appending(path: "state/status.json"))
        #expect(try test.expect(74, "wait", "sentiment/one").error.contains("fsync failed"))
    }

    private func submitAndWait(_ name: String, _ test: TestRoot) throws {
        let file = try test.write(TestRoot.records(1), to: "\(name).jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment", "--wait", "--timeout", "60s")
    }
}
