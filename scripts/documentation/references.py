"""What pages refer to: other pages and their headings, commands and options, alerts and their entries."""

import json
import re
import subprocess

LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
SPAN = re.compile(r"`([^`\n]+)`")
# 'batchd' where a shell would run it, and the words up to the next operator.
COMMAND = re.compile(r"(?:^|[|;&]\s*|\$\(|--\s)(?:\$ |# )?batchd((?:\s+[^\s|;&<>()#'\"]+)+)")


def outside_fences(page):
    """The lines of a page that are text, with their numbers."""
    fenced = False
    for number, line in enumerate(page.lines, 1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors(page):
    """The names under which GitHub reaches a page's headings."""
    found = set()
    for _, line in outside_fences(page):
        heading = HEADING.match(line)
        if heading:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            number = 0
            while (f"{slug}-{number}" if number else slug) in found:
                number += 1
            found.add(f"{slug}-{number}" if number else slug)
    return found


def broken_links(pages):
    """Links to files that are not there, and to headings that a page does not have."""
    known = {page.path.resolve(): anchors(page) for page in pages}
    for page in pages:
        for number, line in outside_fences(page):
            for target in LINK.findall(SPAN.sub("", line)):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                path = (page.path.parent / name).resolve() if name else page.path.resolve()
                if not path.exists():
                    yield f"{page.name}:{number}: link to '{target}': there is no such file"
                elif anchor and path in known and anchor not in known[path]:
                    yield f"{page.name}:{number}: link to '{target}': the page has no such heading"


class Commands:
    """The commands of a binary with their options, as it describes itself."""

    def __init__(self, binary):
        dump = subprocess.run([binary, "--experimental-dump-help"], check=True, stdout=subprocess.PIPE).stdout
        self.root = json.loads(dump)["command"]

    def problem(self, words):
        """What is wrong with the words that follow 'batchd', or nothing."""
        command, path = self.root, "batchd"
        options = self._options(command)
        for word in words:
            children = {child["commandName"]: child for child in command.get("subcommands", [])}
            if word in children:
                command, path = children[word], f"{path} {word}"
                options |= self._options(command)
            elif word.startswith("--") and word != "--" and word.split("=")[0] not in options:
                return f"'{path}' has no option {word}"
            elif command is self.root and re.fullmatch(r"[a-z][a-z-]*", word):
                return f"there is no command 'batchd {word}'"
        return None

    @staticmethod
    def _options(command):
        names = (name for argument in command.get("arguments", []) for name in argument.get("names", []))
        return {f"--{name['name']}" for name in names if name["kind"] == "long"} | {"--help", "--version"}


def unknown_commands(pages, commands):
    """Commands and options that a page names and the binary does not have."""
    for page in pages:
        texts = [(number, span) for number, line in outside_fences(page) for span in SPAN.findall(line)]
        texts += [(number, line.strip()) for number, line in outside_fences(page) if line.startswith("    ")]
        texts += [(step.line, step.text.replace("\\\n", " ")) for step in page.steps if step.kind != "file"]
        for number, text in texts:
            for words in COMMAND.findall(text):
                problem = commands.problem(words.split())
                if problem:
                    yield f"{page.name}:{number}: {problem}"


def codes_without_example(formats):
    """Error codes of records that the page on formats explains, and of which no command prints one.

    `poison` is not asked for: it takes a record that kills the program.
    """
    printed = "\n".join(line for step in formats.steps for line in step.expected)
    rows = "\n".join(formats.lines).partition("\n| code | the record |\n")[2].partition("\n\n")[0]
    for code in re.findall(r"^\| `(\w+)`", rows, re.MULTILINE):
        if code != "poison" and f'"code":"{code}"' not in printed:
            yield f"{formats.name}: no line shows the error code '{code}'"


def alerts_without_entry(rules, schema, runbook):
    """Alerts that the runbook has no entry for, entries without an alert, and annotations that lead elsewhere.

    Alerts are the rules of Prometheus, one for each kind of monitor in the schema of alarms, and the test alarm.
    """
    blocks = re.split(r"^\s*- alert: ", rules.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    alerts = {block.split()[0]: re.search(r"^\s*runbook: \"?(\S+?)\"?$", block, re.MULTILINE) for block in blocks}
    kinds = json.loads(schema.read_text(encoding="utf-8"))["properties"]["kind"]["enum"] if schema.exists() else []
    monitors = {"Batchd" + "".join(word.capitalize() for word in kind.split("_")) for kind in kinds}
    if kinds:
        monitors.add("BatchdTest")  # what 'batchd alerts test' sends
    entries = {m[1] for _, line in outside_fences(runbook) if (m := re.match(r"## (Batchd\w+)$", line))}
    for name in sorted(alerts.keys() | monitors | entries):
        wanted = f"{runbook.path.name}#{name.lower()}"
        if name not in entries:
            yield f"{rules.name}: {runbook.name} has no entry '## {name}'"
        elif name not in alerts and name not in monitors:
            yield f"{runbook.name}: the entry '{name}' has no alert in {rules.name}"
        elif name in alerts and (not alerts[name] or alerts[name][1] != wanted):
            yield f"{rules.name}: {name} needs the annotation 'runbook: {wanted}'"
