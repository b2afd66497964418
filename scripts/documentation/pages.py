"""Pages of the documentation, read as the steps of a session in a shell.

Three kinds of fenced blocks and comments are steps; all else is text:

    ```console             commands and what they print
    $ batchd status        a command; '> ' continues it
    > --json
    {"jobs":[]}            all lines up to the next '$ ' are its output, of both streams

    ```yaml file=PATH      a file that the reader writes: the content of the block

    <!-- run               commands that the page does not show; they must succeed
    COMMANDS
    -->
"""

import dataclasses
import pathlib
import re

FENCE = re.compile(r"^(`{3,})\s*(\S*)\s*(.*)$")


class PageError(Exception):
    """A page that cannot be read as steps."""


@dataclasses.dataclass
class Step:
    """One thing that happens on a page; `first` to `last` are the lines of its output, as in a slice."""

    line: int
    text: str
    kind: str
    first: int = 0
    last: int = 0
    expected: list = dataclasses.field(default_factory=list)
    path: str = ""
    block: int = 0

    @property
    def shows_status(self):
        """Whether the step prints the exit code of the one before."""
        return self.kind == "command" and re.match(r"echo\b[^|;&]*\$\?", self.text) is not None


class Page:
    """A Markdown file and its steps."""

    def __init__(self, path, name=None):
        self.path = pathlib.Path(path)
        self.name = name or str(path)
        self.lines = self.path.read_text(encoding="utf-8").split("\n")
        self.steps = []
        self._read()

    def _read(self):
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            fence = FENCE.match(line)
            if fence:
                end = self._end(index, lambda text, mark=fence[1]: text.rstrip() == mark, "``` that ends it")
                self._read_block(index, end, fence[2], fence[3])
            elif line.rstrip() == "<!-- run":
                end = self._end(index, lambda text: text.rstrip() == "-->", "'-->' that ends it")
                self.steps.append(Step(index + 1, "\n".join(self.lines[index + 1 : end]), "hidden"))
            else:
                end = index
            index = end + 1

    def _end(self, start, matches, what):
        for index in range(start + 1, len(self.lines)):
            if matches(self.lines[index]):
                return index
        raise PageError(f"{self.name}:{start + 1}: the {what} is missing")

    def _read_block(self, start, end, language, words):
        path = re.search(r"\bfile=(\S+)", words)
        if language == "console":
            self._read_commands(start, end)
        elif path:
            content = "\n".join(self.lines[start + 1 : end]) + "\n"
            self.steps.append(Step(start + 1, content, "file", path=path[1]))

    def _read_commands(self, start, end):
        step = None
        for index in range(start + 1, end):
            line = self.lines[index]
            if line.startswith("$ "):
                step = Step(index + 1, line[2:], "command", index + 1, index + 1, block=start)
                self.steps.append(step)
            elif step is None:
                raise PageError(f"{self.name}:{index + 1}: a console block begins with '$ ' and a command")
            elif line.startswith("> ") and not step.expected:
                step.text += "\n" + line[2:]
                step.first = step.last = index + 1
            else:
                step.expected.append(line)
                step.last = index + 1

    def rewritten(self, outputs):
        """The page's text with the outputs of some steps, as pairs of step and lines, in place of those it has."""
        lines = list(self.lines)
        for step, output in sorted(outputs, key=lambda pair: -pair[0].first):
            lines[step.first : step.last] = output
        return "\n".join(lines)
