import Foundation
import Testing

/// `submit`, `wait` and `retry`, seen from outside.
@Suite struct SubmitTests {
    @Test func unusableNamesAreRefusedBeforeAnythingIsDropped() throws {
        let test = try TestRoot()
        for name in ["a.csv", "-a.jsonl", "ä.jsonl", ".jsonl", "a.jsonl.part"] {
            let file = try test.write(TestRoot.records(1), to: name)
            // A path that begins with a dash would be an option.
            try test.expect(65, "submit", file, "--queue", "sentiment")
        }
        #expect(test.names(in: "spool/sentiment/incoming") == [])
    }

    @Test func nameThatWaitsToBeClaimedIsToBeTriedAgainLater() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(1), to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        let second = try test.expect(75, "submit", file, "--queue", "sentiment")
        #expect(second.error.contains("waits to be claimed"))
        #expect(test.names(in: "spool/sentiment/incoming") == ["a.jsonl"])
    }

    @Test func whatDoesNotExistIsNoInput() throws {
        let test = try TestRoot()
        try test.expect(66, "submit", "nowhere.jsonl", "--queue", "sentiment")
        let file = try test.write(TestRoot.records(1), to: "a.jsonl")
        let wrong = try test.expect(66, "submit", file, "--queue", "sentimant")
        #expect(wrong.error.contains("did you mean 'sentiment'?"))
        try test.expect(66, "submit", file, "--queue", "sentiment", "--root", test.directory.path)
    }

    @Test func sameContentAgainIsARepetitionWithItsParent() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(2), to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let again = try test.expect(0, "submit", file, "--queue", "sentiment", "--again")
        #expect(again.output == "sentiment/a.r2\n")
        try test.expect(0, "run", "--once")
        #expect(test.names(in: "outbox/sentiment") == ["a", "a.r2"])
        let parent = try test.json("outbox/sentiment/a.r2/manifest.json")["parent"] as? [String: String]
        #expect(parent == ["queue": "sentiment", "key": "a", "relation": "again"])
        #expect(test.names(in: "spool/sentiment/claimed") == [])
        #expect(
            try test.text("outbox/sentiment/a/results.jsonl.zst")
                == test.text("outbox/sentiment/a.r2/results.jsonl.zst")
        )
    }

    @Test func repetitionOfADirectoryLeavesNoManifestBehind() throws {
        let test = try TestRoot()
        try test.write(TestRoot.records(2), to: "parts/part-0.jsonl")
        let folder = test.directory.appending(path: "parts").path
        for arguments in [[], ["--again"], ["--again"]] {
            let submit = try RunningCommand(
                ["submit", folder, "--queue", "sentiment"] + arguments,
                root: test.root,
                directory: test.directory
            )
            #expect(submit.finish().code == 0)
            try test.expect(0, "run", "--once")
            #expect(test.names(in: "spool/sentiment/claimed") == [])
        }
        #expect(test.names(in: "outbox/sentiment") == ["parts", "parts.r2", "parts.r3"])
    }

    @Test func duplicateIsSaidAndItsJobWaitedFor() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(2), to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let waiting = try test.start("submit", file, "--queue", "sentiment", "--wait", "--timeout", "60s")
        waiting.waitForMessage("no daemon runs")
        try test.expect(0, "run", "--once")
        let output = waiting.finish()
        #expect(output.code == 0)
        #expect(output.error.contains("archived as a duplicate"))
        #expect(test.names(in: "outbox/sentiment") == ["a"])
    }

    @Test func strictQueueTakesWhatSubmitVouchesFor() throws {
        let test = try TestRoot()
        try test.configure(queue: "strict", "model: sentiment\nintegrity: strict\n")
        let plain = try test.write(TestRoot.records(2), to: "a.jsonl")
        _ = try RunningCommand(tool: "/usr/bin/zstd", ["-q", "--check", plain]).finish()
        try test.expect(0, "submit", plain + ".zst", "--queue", "strict")
        try test.expect(0, "run", "--once")
        #expect(test.exists("outbox/strict/a/_SUCCESS"))
    }

    @Test func waitTellsHowTheJobEnded() throws {
        let test = try TestRoot()
        let good = try test.write(TestRoot.records(2), to: "good.jsonl")
        let bad = try test.write("nothing\n", to: "bad.jsonl")
        try test.expect(0, "submit", good, "--queue", "sentiment")
        try test.expect(0, "submit", bad, "--queue", "sentiment")
        let late = try test.expect(75, "wait", "good", "--timeout", "100ms")
        #expect(late.error.contains("no daemon runs"))
        try test.expect(65, "run", "--once")
        try test.expect(0, "wait", "good")
        try test.expect(65, "wait", "sentiment/bad")
        let unknown = try test.expect(66, "wait", "goud")
        #expect(unknown.error.contains("'sentiment/good'"))
        try test.expect(66, "wait", "sentiment/../queue.yaml")
    }

    @Test func jobOfTwoQueuesMustBeNamedWhole() throws {
        let test = try TestRoot()
        try test.configure(queue: "other", "model: sentiment\n")
        let file = try test.write(TestRoot.records(1), to: "a.jsonl")
        for queue in ["sentiment", "other"] { try test.expect(0, "submit", file, "--queue", queue) }
        try test.expect(0, "run", "--once")
        let ambiguous = try test.expect(64, "wait", "a")
        #expect(ambiguous.error.contains("other/a, sentiment/a"))
        try test.expect(0, "wait", "other/a")
    }

    @Test func retryAnswersFinishedAndFailedJobsAgain() throws {
        let test = try TestRoot()
        try test.expect(0, "submit", test.write(TestRoot.records(2), to: "good.jsonl"), "--queue", "sentiment")
        try test.expect(0, "submit", test.write("nothing\n", to: "bad.jsonl"), "--queue", "sentiment")
        try test.expect(75, "retry", "good")
        try test.expect(65, "run", "--once")
        #expect(try test.expect(0, "retry", "good").output == "sentiment/good.r2\n")
        #expect(try test.expect(0, "retry", "bad").output == "sentiment/bad.r2\n")
        try test.expect(65, "run", "--once")
        #expect(try test.expect(0, "retry", "good.r2").output == "sentiment/good.r3\n")
        let daemon = try test.start("run")
        try test.expect(0, "wait", "good.r3", "--timeout", "60s")
        #expect(try test.expect(0, "retry", "good").output == "sentiment/good.r4\n")
        try test.expect(0, "wait", "good.r4", "--timeout", "60s")
        daemon.signal(15)
        #expect(daemon.finish().code == 0)
        let parent = try test.json("outbox/sentiment/good.r3/manifest.json")["parent"] as? [String: String]
        #expect(parent?["key"] == "good.r2")
    }

    @Test func heldJobIsRetriedAndItsCheckpointStays() throws {
        let test = try TestRoot()
        // Long enough to be under way while the test puts something in its way.
        let file = try test.write(TestRoot.records(100_000), to: "long.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        let run = try test.start("run", "--once")
        run.waitForMessage("job accepted")
        try test.write("not ours", to: "root/outbox/sentiment/long/manifest.json")
        #expect(run.finish().code == 65)
        try test.expect(65, "wait", "long")
        let status = try #require(try test.status(of: "long"))
        #expect(status["state"] as? String == "held")
        #expect((status["reason"] as? String)?.contains("batchd release sentiment/long") == true)
        let retry = try test.expect(0, "retry", "long")
        #expect(retry.output == "sentiment/long.r2\n")
        #expect(retry.error.contains("stays as it is"))
        try test.expect(0, "run", "--once")
        #expect(test.exists("outbox/sentiment/long.r2/_SUCCESS"))
        #expect(test.exists("spool/sentiment/hold/long/job.json"))
    }
}
