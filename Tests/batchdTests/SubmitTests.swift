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

    @Test func duplicateEndsLikeTheJobThatHasItsContent() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(2), to: "a.jsonl")
        let bad = try test.write("{\"no\":1}\n", to: "bad.jsonl")
        for dropped in [file, bad] { try test.expect(0, "submit", dropped, "--queue", "sentiment") }
        try test.expect(65, "run", "--once")
        // Its answers are there, so nobody needs to take it first.
        let output = try test.expect(0, "submit", file, "--queue", "sentiment", "--wait")
        #expect(output.error.contains("archived as a duplicate"))
        try test.expect(65, "submit", bad, "--queue", "sentiment", "--wait")
        try test.expect(0, "run", "--once")
        #expect(test.names(in: "outbox/sentiment") == ["a", "bad"])
    }

    @Test func waitFollowsAFileToWhateverJobItBecomes() throws {
        let test = try TestRoot()
        let incoming = test.root.appending(path: "spool/sentiment/incoming")
        func drop(_ text: String, as name: String) throws {
            try Data(text.utf8).write(to: incoming.appending(path: name))
        }
        try drop(TestRoot.records(2), as: "a.jsonl")
        try test.expect(0, "run", "--once")
        // Another file of that name, waited for by its key, its name, and beside one of another name.
        try drop(TestRoot.records(3), as: "a.jsonl")
        try drop("x", as: "b c.jsonl")
        try drop("{\"no\":1}\n", as: "bad.jsonl")
        let names = ["a", "a.jsonl", "sentiment/b c.jsonl", "bad.jsonl"]
        let waiting = try names.map { try test.start("wait", $0, "--timeout", "60s") }
        for wait in waiting { wait.waitForMessage("no daemon runs") }
        let late = try test.start("wait", "late.jsonl", "--timeout", "60s")
        late.waitForMessage("no daemon runs")
        try test.expect(65, "run", "--once")
        let ends = waiting.map { $0.finish() }
        #expect(ends.map(\.code) == [0, 0, 65, 65])
        #expect(ends[0].error.contains("3 results"))
        #expect(ends[1].error.contains("3 results"))
        #expect(ends[2].error.contains("unusable_name"))
        // What was taken before is known by its name as well, the last of it.
        #expect(try test.expect(0, "wait", "a.jsonl").error.contains("3 results"))
        #expect(try test.expect(0, "wait", "a").error.contains("2 results"))
        #expect(try test.expect(65, "wait", "b c.jsonl").error.contains("unusable_name"))
        try drop(TestRoot.records(1), as: "late.jsonl")
        try test.expect(0, "run", "--once")
        #expect(late.finish().code == 0)
        let nobody = try test.expect(66, "wait", "nobody.jsonl", "--timeout", "100ms")
        #expect(nobody.error.contains("nothing called 'sentiment/nobody.jsonl' was dropped"))
    }

    @Test func waitFollowsErrorsFilesAndDuplicates() throws {
        let test = try TestRoot()
        let incoming = test.root.appending(path: "spool/sentiment/incoming")
        let file = try test.write(TestRoot.records(2) + "{\"no\":1}\n", to: "a.jsonl")
        try test.expect(0, "submit", file, "--queue", "sentiment")
        try test.expect(0, "run", "--once")
        let errors = test.root.appending(path: "outbox/sentiment/a/errors.jsonl.zst")
        try FileManager.default.copyItem(at: errors, to: incoming.appending(path: "a-errors.jsonl.zst"))
        try FileManager.default.copyItem(atPath: file, toPath: incoming.appending(path: "a.jsonl").path)
        let waiting = try ["a-errors", "a.jsonl"].map { try test.start("wait", $0, "--timeout", "60s") }
        for wait in waiting { wait.waitForMessage("no daemon runs") }
        try test.expect(65, "run", "--once")
        let ends = waiting.map { $0.finish() }
        #expect(ends.map(\.code) == [65, 0])
        #expect(ends[0].error.contains("sentiment/a.replay1"))
        #expect(ends[1].error.contains("is a duplicate: sentiment/a has its content\n"))
        #expect(try test.expect(65, "wait", "a-errors.jsonl.zst").error.contains("sentiment/a.replay1"))
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

    @Test func retryOfAFileThatWasReadInPartIsNumberedLikeTheOthers() throws {
        let test = try TestRoot()
        // What is over a limit is hashed so far as it was read, by pieces of 256 KiB: with each limit another hash.
        for limit in ["1KiB", "300KiB"] {
            try test.configure(queue: "sentiment", "model: sentiment\nlimits: { compressed_bytes: \(limit) }\n")
            if limit == "1KiB" {
                let file = try test.write(TestRoot.records(12_000), to: "big.jsonl")
                try test.expect(0, "submit", file, "--queue", "sentiment")
            } else {
                #expect(try test.expect(0, "retry", "big").output == "sentiment/big.r2\n")
            }
            try test.expect(65, "run", "--once")
        }
        try test.configure(queue: "sentiment", "model: sentiment\n")
        #expect(try test.expect(0, "retry", "big.r2").output == "sentiment/big.r3\n")
        try test.expect(0, "run", "--once")
        let manifest = try test.json("outbox/sentiment/big.r3/manifest.json")
        #expect((manifest["records"] as? [String: Any])?["out"] as? Int == 12_000)
        #expect((manifest["parent"] as? [String: String])?["key"] == "big.r2")
        // It has its answers now, and is a duplicate however often it is sent.
        let file = test.directory.appending(path: "big.jsonl").path
        for _ in 0..<2 {
            try test.expect(0, "submit", file, "--queue", "sentiment")
            try test.expect(0, "run", "--once")
        }
        #expect(test.names(in: "outbox/sentiment") == ["big", "big.r2", "big.r3"])
        #expect(try test.expect(0, "submit", file, "--queue", "sentiment", "--again").output == "sentiment/big.r4\n")
    }

    @Test func retryOfADirectoryThatWasNeverReadIsNumberedLikeTheOthers() throws {
        let test = try TestRoot()
        let parts = "root/spool/sentiment/incoming/d"
        try test.write(TestRoot.records(2), to: "\(parts)/part.jsonl")
        try test.write(TestRoot.records(2), to: "\(parts)/within/part.jsonl")
        try test.write("", to: "\(parts)/_SUCCESS")
        try test.expect(65, "run", "--once")
        #expect(try test.text("outbox/sentiment/d/_FAILED").hasPrefix("unexpected_entry"))
        try FileManager.default.removeItem(at: test.root.appending(path: "spool/sentiment/quarantine/d/within"))
        #expect(try test.expect(0, "retry", "d").output == "sentiment/d.r2\n")
        try test.expect(0, "run", "--once")
        #expect(test.names(in: "outbox/sentiment") == ["d", "d.r2"])
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
