import Foundation
import Testing

@Suite struct ConfigTests {
    @Test func everyMistakeOfEveryFileIsListedWithItsPlace() throws {
        let test = try TestRoot()
        try Data("thread: 2\nlog: { level: loud }\n".utf8).write(to: test.root.appending(path: "batchd.yaml"))
        try test.configure(queue: "sentiment", "modle: sentiment\nretry: { attempts: 0 }\n")
        try test.configure(queue: "other", "# a model that is not there\nmodel: nobody\n")
        try test.configure(queue: "fields", "model: sentiment\noutput: { fields: [id, entities] }\n")
        let lines = try test.expect(78, "config", "check").output.split(separator: "\n").map(String.init)
        let expected = [
            "batchd.yaml:1:1: unknown key 'thread' (value '2'); did you mean 'threads'?",
            "batchd.yaml:2:8: 'log.level' is 'loud'; allowed is",
            "spool/fields/queue.yaml:2: 'output.fields' has 'entities', which classification does not give",
            "spool/other/queue.yaml:2: the model 'nobody' cannot be used: There is no model 'nobody'.",
            "spool/sentiment/queue.yaml:1:1: unknown key 'modle' (value 'sentiment'); did you mean 'model'?",
            "spool/sentiment/queue.yaml:2:10: 'retry.attempts' is '0'; allowed is a whole number from 1 to 1000",
            "spool/sentiment/queue.yaml: 'model' is missing;",
            "4 configuration files, 7 mistakes: 'batchd run' would not start",
        ]
        #expect(lines.count == expected.count, "\(lines)")
        for (line, words) in zip(lines, expected) { #expect(line.hasPrefix(words), "\(line)") }
    }

    @Test func whatADialectCannotSayIsAMistakeWithItsPlace() throws {
        let test = try TestRoot()
        try test.configure(queue: "a", "model: sentiment\noutput:\n  format: openai\n  fields: [label]\n")
        try test.configure(queue: "b", "model: sentiment\noutput:\n  format: csv\n  pass: [score_neutral]\n")
        let lines = try test.expect(78, "config", "check").output.split(separator: "\n")
        #expect(lines.count == 3)
        let words = "'output.fields' cannot choose among the fields of 'openai'"
        #expect(lines[0].hasPrefix("spool/a/queue.yaml:4:3: \(words)"))
        #expect(lines[1].hasPrefix("spool/b/queue.yaml: 'output.rename' must give one of the two columns"))
    }

    @Test func soundRootIsCheckedWithoutAWord() throws {
        let test = try TestRoot()
        #expect(try test.expect(0, "config", "check").output == "2 configuration files, no mistakes\n")
    }

    @Test func fileThatIsNoTextIsAMistakeLikeAnyOther() throws {
        let test = try TestRoot()
        try Data([0x6D, 0xFF]).write(to: test.root.appending(path: "spool/sentiment/queue.yaml"))
        try Data("thread: 2\n".utf8).write(to: test.root.appending(path: "batchd.yaml"))
        let output = try test.expect(78, "config", "check").output
        #expect(output.contains("is not UTF-8") && output.contains("unknown key 'thread'"))
    }

    @Test(.enabled(if: geteuid() == 0)) func fileThatTheDaemonMayNotReadIsAMistakeForRootToo() throws {
        let test = try TestRoot()
        let daemon = try #require(getpwnam("nobody")).pointee
        let paths = try FileManager.default.subpathsOfDirectory(atPath: test.root.path)
        for path in [""] + paths { chown(test.root.appending(path: path).path, daemon.pw_uid, daemon.pw_gid) }
        let file = test.root.resolvingSymlinksInPath().appending(path: "spool/sentiment/queue.yaml").path
        #expect(chown(file, 0, 0) == 0 && chmod(file, 0o644) == 0)
        try test.expect(0, "config", "check")
        #expect(chmod(file, 0o600) == 0)
        let output = try test.expect(78, "config", "check").output
        let words = "spool/sentiment/queue.yaml: nobody, as whom batchd runs, may not read it: chgrp nogroup '\(file)'"
        #expect(output.hasPrefix(words), "\(output)")
        #expect(try test.expect(69, "doctor", "--brief").output.contains("may not read it"))
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        #expect(chown(folder, 0, 0) == 0 && chmod(folder, 0o700) == 0 && chmod(file, 0o644) == 0)
        #expect(try test.expect(78, "config", "check").output.contains("may not pass '\(folder)'"))
    }

    @Test func filesThatOnlyLookLikeConfigurationAreNamed() throws {
        let test = try TestRoot()
        try test.write("model: sentiment\n", to: "root/spool/news/queue.yml")
        let manager = FileManager.default
        // As the Debian package has it: links from the root to a directory of the administrator's.
        let home = test.directory.resolvingSymlinksInPath().appending(path: "etc").path
        for name in ["queues/linked.yaml", "queues/early.yaml", "queues/old.yml", "queues/no queue.yaml"] {
            try test.write("model: sentiment\n", to: "etc/\(name)")
        }
        try manager.moveItem(atPath: test.root.appending(path: "batchd.yaml").path, toPath: "\(home)/batchd.yaml")
        func link(_ path: String, to target: String) throws {
            let file = test.root.appending(path: path)
            try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try manager.createSymbolicLink(atPath: file.path, withDestinationPath: "\(home)/\(target)")
        }
        try link("batchd.yaml", to: "batchd.yaml")
        try link("spool/linked/queue.yaml", to: "queues/linked.yaml")
        let lines = try test.expect(0, "config", "check").output.split(separator: "\n")
        let expected = [
            "spool/news/queue.yml: is not read: its name must end in .yaml; make it 'queue.yaml', or remove it;",
            "\(home)/queues/early.yaml: is no queue yet; 'systemctl reload batchd', or a start, makes it one",
            "\(home)/queues/no queue.yaml: names no queue: letters, digits, '.', '_' and '-', beginning with",
            "\(home)/queues/old.yml: is not read: its name must end in .yaml; make it 'old.yaml', or remove it;",
            "3 configuration files, no mistakes",
        ]
        #expect(lines.count == expected.count, "\(lines)")
        for (line, words) in zip(lines, expected) { #expect(line.hasPrefix(words), "\(line)") }
        #expect(try test.expect(0, "doctor", "--brief").output.contains("queues/old.yml: is not read"))
        try manager.removeItem(atPath: "\(home)/queues/linked.yaml")
        let queue = try test.expect(78, "config", "check").output
        #expect(queue.contains("is a link to '\(home)/queues/linked.yaml', which is not there; make that file"))
        try manager.removeItem(atPath: "\(home)/batchd.yaml")
        #expect(try test.expect(78, "status").error.contains("batchd.yaml' is a link to '\(home)/batchd.yaml', which"))
    }

    @Test func shownValuesSayWhereTheyComeFromAndCanBeUsed() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\nlimits:\n  records: 7\n")
        let output = try test.expect(0, "config", "show", "sentiment").output
        #expect(output.contains("# spool/sentiment/queue.yaml:1; sentiment@1 here\n"))
        #expect(output.contains("  records: 7"))
        #expect(output.contains("# spool/sentiment/queue.yaml:3\n"))
        #expect(output.contains("shard_records: auto"))
        #expect(output.contains("# default; 4096 with this model\n"))
        #expect(output.hasPrefix("# root: \(test.root.resolvingSymlinksInPath().path) (BATCHD_ROOT); kernels: "))
        try test.configure(queue: "sentiment", output)
        try test.expect(0, "config", "check")
        #expect(try test.expect(0, "config", "show").output.contains("threads: auto"))
    }

    @Test func filesWithMistakesAreNotShown() throws {
        let test = try TestRoot()
        try test.configure(queue: "sentiment", "model: sentiment\nkeys: 3\ndepth: 4\n")
        let output = try test.expect(78, "config", "show")
        #expect(output.output.isEmpty)
        #expect(output.error.split(separator: "\n").count == 2)
        try test.expect(66, "config", "show", "sentimental")
        try test.expect(64, "config", "reference", "quue.yaml")
    }

    @Test(.enabled(if: TestRoot.canValidate)) func documentsAreAsTheirSchemasSay() throws {
        let test = try TestRoot()
        let shown = try test.write(test.expect(0, "config", "show", "--json").output, to: "show.json")
        try test.expectValid("config-show", URL(fileURLWithPath: shown))
        try test.configure(queue: "sentiment", "modle: sentiment\n")
        let checked = try test.write(test.expect(78, "config", "check", "--json").output, to: "check.json")
        try test.expectValid("config-check", URL(fileURLWithPath: checked))
        #expect(try TestRoot.object(String(contentsOfFile: checked, encoding: .utf8))["mistakes"] != nil)
    }

    @Test(
        .enabled(if: TestRoot.canValidate),
        arguments: [
            ("[]", true), (#"["/bin/true"]"#, true), (#"["/bin/true", "-v", "-v", 5, true, "", null]"#, true),
            (#"["true"]"#, false), ("[5]", false), (#"["/bin/true", ["a"]]"#, false),
            (#"["/bin/true", {"a": 1}]"#, false), (#""/bin/true""#, false),
            (#"["/bin/true", "a\u0000b"]"#, false), ("null", false),
        ]
    )
    func theSchemaTakesTheCommandsThatTheProgramTakes(command: String, isTaken: Bool) throws {
        let test = try TestRoot()
        let document = "{\"alerts\": {\"command\": \(command)}}\n"
        try test.write(document, to: "root/batchd.yaml")
        let json = try test.write(document, to: "batchd.json")
        #expect(try test.batchd("config", "check").code == (isTaken ? 0 : 78))
        let tool = TestRoot.repository.appending(path: "scripts/validate-schemas.py").path
        #expect(try RunningCommand(tool: tool, ["batchd", json]).finish().code == (isTaken ? 0 : 1))
    }

    @Test func referenceIsWhatIsCommitted() throws {
        let test = try TestRoot()
        let page = TestRoot.repository.appending(path: "docs/reference/queue.yaml.md")
        #expect(
            try test.expect(0, "config", "reference", "queue.yaml").output == String(contentsOf: page, encoding: .utf8)
        )
        let schema = TestRoot.repository.appending(path: "schemas/batchd.schema.json")
        let printed = try test.expect(0, "config", "reference", "batchd.yaml", "--schema").output
        #expect(try printed == String(contentsOf: schema, encoding: .utf8))
    }
}
