#!/usr/bin/python3
"""Makes batchd's manual pages from what the binary says of itself.

    scripts/make-manuals.py BINARY DIRECTORY --version 0.1.0 --date 2026-11-21

One page for each command, from ArgumentParser's description of it; queue.yaml(5) and batchd.yaml(5) from
`batchd config reference`. What no command knows of itself (files, exit codes, signals) comes from deploy/manual/,
a file for each page that has such sections. The same input gives the same bytes.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import textwrap

SECTIONS = pathlib.Path(__file__).resolve().parent.parent / "deploy" / "manual"
CONFIGURATION_FILES = ["queue.yaml", "batchd.yaml"]


def escape(text):
    """Text as roff takes it: backslashes, hyphens that are typed, and lines that would be requests."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)
    return text.replace("~", "\\(ti").replace("^", "\\(ha")


def styled(text):
    """Markdown's code and links, as they stand in the reference, in a page's bold."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    parts = text.split("`")
    return "".join(f"\\fB{escape(part)}\\fR" if index % 2 else escape(part) for index, part in enumerate(parts))


def header(name, section, version, date, abstract):
    return [
        f'.TH {escape(name.upper())} {section} {date} "batchd {version}" "batchd"',
        # Words are not broken and lines not stretched: most of a page is names.
        ".nh", ".ad l",
        ".SH NAME", f"{escape(name)} \\- {escape(abstract.rstrip('.'))}",
    ]


def example(lines):
    return [".PP", ".RS 4", ".nf", *[escape(line) if line else "\\&" for line in lines], ".fi", ".RE"]


class Command:
    """A command, its path from the top, and its page."""

    def __init__(self, description, path=()):
        self.description = description
        self.path = (*path, description["commandName"])
        self.name = "-".join(self.path)
        shown = [c for c in description.get("subcommands", []) if c.get("shouldDisplay", True)]
        self.subcommands = [Command(c, self.path) for c in shown if c["commandName"] != "help"]

    def all(self):
        yield self
        for command in self.subcommands:
            yield from command.all()

    def abstract(self):
        return self.description["abstract"]

    def arguments(self, *kinds):
        shown = [a for a in self.description.get("arguments", []) if a.get("shouldDisplay", True)]
        return [a for a in shown if a["kind"] in kinds]

    def synopsis(self):
        words = [f"\\fB{escape(' '.join(self.path))}\\fR"]
        if self.subcommands:
            return [*words, "\\fICOMMAND\\fR", "[\\fIOPTION\\fR...]"]
        for argument in self.arguments("option", "flag"):
            if argument["preferredName"]["name"] in ("help", "version"):
                continue
            word = spelled(argument, argument["preferredName"])
            words.append(f"[{word}]" if argument["isOptional"] else word)
        for argument in self.arguments("positional"):
            word = f"\\fI{escape(argument['valueName'].upper())}\\fR" + ("..." if argument["isRepeating"] else "")
            words.append(f"[{word}]" if argument["isOptional"] else word)
        return words

    def prose(self):
        """The discussion's paragraphs before its example, and the lines of the example."""
        text, _, lines = (self.description.get("discussion") or "").partition("Example:\n")
        return [p for p in text.strip().split("\n\n") if p], [line[2:] for line in lines.splitlines()]

    def page(self, version, date, others):
        paragraphs, lines = self.prose()
        out = header(self.name, 1, version, date, self.abstract())
        out += [".SH SYNOPSIS", ".HP", " ".join(self.synopsis()), ".SH DESCRIPTION", escape(self.abstract())]
        for paragraph in paragraphs:
            out += [".PP", escape(paragraph)]
        if self.subcommands:
            out += [".SH COMMANDS"]
            for command in self.subcommands:
                out += [".TP", f"\\fB{escape(command.name)}\\fR(1)", escape(command.abstract())]
        out += self.argument_list("ARGUMENTS", self.arguments("positional"))
        out += self.argument_list("OPTIONS", self.arguments("option", "flag"))
        if lines:
            out += [".SH EXAMPLES", *example(lines)[1:]]
        out += added_sections(f"{self.name}.1")
        out += see_also(self, others)
        return "\n".join(out) + "\n"

    def argument_list(self, title, arguments):
        out = []
        section = None
        # Those without a section come first, in their order.
        for argument in sorted(arguments, key=lambda argument: "sectionTitle" in argument):
            if argument.get("sectionTitle") != section:
                section = argument.get("sectionTitle")
                out += [f".SS {escape(section)}"]
            out += [".TP", tag(argument), explanation(argument)]
        return [f".SH {title}", *out] if out else []


def spelled(argument, name):
    dashes = "--" if name["kind"] == "long" else "-"
    word = f"\\fB{escape(dashes + name['name'])}\\fR"
    return word if argument["kind"] == "flag" else f"{word}\\ \\fI{escape(argument['valueName'].upper())}\\fR"


def tag(argument):
    if argument["kind"] == "positional":
        return f"\\fI{escape(argument['valueName'].upper())}\\fR"
    return ", ".join(spelled(argument, name) for name in argument["names"])


def explanation(argument):
    text = argument.get("abstract", "")
    added = []
    if argument.get("allValues") and "Values:" not in text:
        added.append("one of " + ", ".join(argument["allValues"]))
    if argument.get("defaultValue") is not None and "default" not in text and argument["kind"] != "flag":
        added.append("default: " + argument["defaultValue"])
    if added:
        text = f"{text.rstrip('.')} ({'; '.join(added)})."
    return escape(text) if text else "\\&"


def added_sections(page):
    path = SECTIONS / f"{page}.inc"
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n") if path.exists() else []


def see_also(command, others):
    related = {c.name for c in command.subcommands}
    if len(command.path) > 1:
        related |= {"-".join(command.path[:-1])}
    pages = [f"\\fB{escape(name)}\\fR(1)" for name in sorted(related)]
    pages += [f"\\fB{escape(name)}\\fR(5)" for name in sorted(others)]
    return [".SH SEE ALSO", ",\n".join(pages)]


def configuration_page(name, markdown, version, date):
    """queue.yaml(5) and batchd.yaml(5): the Markdown of `batchd config reference`, whose headings are keys."""
    lines = markdown.splitlines()
    abstract = {"queue.yaml": "configuration of one queue of batchd", "batchd.yaml": "configuration of batchd's daemon"}
    out = header(name, 5, version, date, abstract[name]) + [".SH DESCRIPTION"]
    code = []
    for line in [*lines, ""]:
        if line.startswith("    "):
            code.append(line)
            continue
        if code:
            out += example(textwrap.dedent("\n".join(code)).splitlines())
            code = []
        out += configuration_line(line)
    # The first paragraph of a section is one without saying so.
    out = [line for line, former in zip(out, ["", *out]) if line != ".PP" or not former.startswith((".SH", ".SS"))]
    out += added_sections(f"{name}.5") + [".SH SEE ALSO", "\\fBbatchd\\fR(1), \\fBbatchd\\-run\\fR(1)"]
    return "\n".join(out) + "\n"


def configuration_line(line):
    if line.startswith("# ") or line.startswith("|") or line.startswith("Made from") or not line:
        return []
    if line.startswith("## "):
        return [f".SH {escape(line[3:])}"]
    if line.startswith("### "):
        return [f".SS {escape(line[4:])}"]
    if line.startswith("- "):
        return [".br", styled(line[2:])]
    return [".PP", styled(line)]


def reference(binary, name):
    run = subprocess.run([binary, "config", "reference", name], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"make-manuals: {binary} config reference {name} failed: {run.stderr.strip()}")
    return run.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--date", required=True)
    options = parser.parse_args()
    dump = subprocess.run([options.binary, "--experimental-dump-help"], capture_output=True, text=True, check=True)
    top = Command(json.loads(dump.stdout)["command"])
    options.directory.mkdir(parents=True, exist_ok=True)
    for command in top.all():
        page = command.page(options.version, options.date, CONFIGURATION_FILES)
        (options.directory / f"{command.name}.1").write_text(page, encoding="utf-8")
    for name in CONFIGURATION_FILES:
        page = configuration_page(name, reference(options.binary, name), options.version, options.date)
        (options.directory / f"{name}.5").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
