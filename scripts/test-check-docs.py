#!/usr/bin/python3
"""Tries check-docs.py on pages that are right and on pages that are wrong, with a binary of three lines."""

import pathlib
import subprocess
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parent / "check-docs.py"
BINARY = r"""#!/bin/bash
case $1 in
    --experimental-dump-help)
        echo '{"command":{"commandName":"batchd","subcommands":[{"commandName":"count","arguments":[
            {"names":[{"kind":"long","name":"root"}]}]}]}}' ;;
    *) echo "2026-11-22T02:12:19Z info 3 records are published seconds=0.$RANDOM under $PWD"; exit 65 ;;
esac
"""
RIGHT = """# A page

```console
$ batchd count --root x
2020-01-01T00:00:00Z info 3 records are published seconds=17.5 under /home/you
$ echo $?
65
```
"""


class PageTests(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.binary = self.directory / "batchd"
        self.binary.write_text(BINARY)
        self.binary.chmod(0o755)
        self.page = self.directory / "PAGE.md"

    def check(self, text, *options):
        """The exit code for a page of this text, and all that was said."""
        self.page.write_text(text)
        command = [CHECK, "--binary", self.binary, *options, self.page]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def assertRefused(self, text, words):
        code, said = self.check(text)
        self.assertEqual(code, 1, said)
        self.assertIn(words, said)

    def test_a_page_that_is_right_passes(self):
        self.assertEqual(self.check(RIGHT), (0, "1 pages, 2 commands, 0 problems\n"))

    def test_a_changed_word_is_reported_with_its_line(self):
        wrong = RIGHT.replace("are published", "were published")
        self.assertRefused(wrong, "PAGE.md:4: 'batchd count --root x' prints something else")

    def test_a_changed_count_is_reported(self):
        self.assertRefused(RIGHT.replace("info 3", "info 4"), "+<time> info 3 records")

    def test_a_line_too_many_or_too_few_is_reported(self):
        self.assertRefused(RIGHT.replace("65\n", "65\n66\n"), "-66")
        self.assertRefused(RIGHT.replace("65\n", ""), "+65")

    def test_another_exit_code_is_reported(self):
        self.assertRefused(RIGHT.replace("65\n", "0\n"), "'echo $?' prints something else")

    def test_a_failure_that_the_page_does_not_show_is_reported(self):
        self.assertRefused(RIGHT.replace("$ echo $?\n65\n", ""), "ended with 65, and the page does not say so")

    def test_hidden_commands_must_succeed(self):
        self.assertRefused(RIGHT + "\n<!-- run\nbatchd count\n-->\n", "hidden commands ended with 65")

    def test_commands_and_options_that_do_not_exist_are_reported(self):
        self.assertRefused(RIGHT + "\n`batchd mend`\n", "PAGE.md:10: there is no command 'batchd mend'")
        self.assertRefused(RIGHT + "\n`batchd count --all`\n", "'batchd count' has no option --all")

    def test_links_that_lead_nowhere_are_reported(self):
        self.assertRefused(RIGHT + "\n[x](NOTHING.md)\n", "link to 'NOTHING.md': there is no such file")
        self.assertRefused(RIGHT + "\n[x](#the-page)\n", "link to '#the-page': the page has no such heading")
        self.assertEqual(self.check(RIGHT + "\n[x](#a-page)\n")[0], 0)

    def test_an_update_writes_what_was_printed_and_nothing_else(self):
        wrong = RIGHT.replace("3 records are", "2 records were")
        code, said = self.check(wrong, "--update")
        self.assertEqual((code, said), (0, "1 pages, 2 commands, 0 problems, 1 outputs written anew\n"))
        before, after = wrong.split("\n"), self.page.read_text().split("\n")
        self.assertEqual([number for number, pair in enumerate(zip(before, after)) if pair[0] != pair[1]], [4])
        self.assertEqual(self.check(self.page.read_text())[0], 0)

    def test_files_and_continued_commands_are_what_the_reader_has(self):
        page = "```yaml file=/srv/a.yaml\nmodel: x\n```\n\n```console\n$ cat /srv/a.yaml \\\n> /srv/a.yaml\n{}```\n"
        self.assertEqual(self.check(page.format("model: x\nmodel: x\n"))[0], 0)
        self.assertRefused(page.format("model: x\n"), "+model: x")

    def test_steps_share_one_shell(self):
        page = "```console\n$ cd /srv; name=night\n```\n\n```console\n$ echo $PWD $name\n/srv night\n```\n"
        self.assertEqual(self.check(page)[0], 0)

    def test_an_error_code_that_no_line_shows_is_reported(self):
        self.page = self.directory / "FORMATS.md"
        table = "\n| code | the record |\n|---|---|\n| `missing_field` | lacks it |\n| `poison` | kills |\n\n"
        shown = "```console\n$ echo '{\"code\":\"missing_field\"}'\n{\"code\":\"missing_field\"}\n```\n"
        self.assertRefused(table, "FORMATS.md: no line shows the error code 'missing_field'")
        self.assertEqual(self.check(table + shown)[0], 0)

    def test_alerts_and_entries_of_the_runbook_are_held_together(self):
        self.page = self.directory / "RUNBOOK.md"
        rules = self.directory / "alerts.yml"
        rules.write_text("- alert: BatchdPaused\n  annotations:\n    runbook: RUNBOOK.md#batchdpaused\n")
        self.assertEqual(self.check("## BatchdPaused\n")[0], 0)
        self.assertRefused("## BatchdLost\n", "has no entry '## BatchdPaused'")
        self.assertRefused("## BatchdPaused\n\n## BatchdLost\n", "the entry 'BatchdLost' has no alert")
        rules.write_text("- alert: BatchdPaused\n  annotations:\n    runbook: RUNBOOK.md#other\n")
        self.assertRefused("## BatchdPaused\n", "needs the annotation 'runbook: RUNBOOK.md#batchdpaused'")


if __name__ == "__main__":
    unittest.main()
