"""Runs the steps of a page in one shell, in a directory of its own.

The shell starts in a directory that has `spool/samples`, `scripts/demo.sh` and the Makefile as a checkout has them.
`/srv` in a command or a file's path is a directory of the page, and is `/srv` again in what is printed, so that pages
can speak of /srv/batchd. Hidden commands find the checkout in $REPOSITORY.
"""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
MARK = "\x1e"
SRV = re.compile(r"(?<![\w./-])/srv(?=[/\s'\"]|$)", re.MULTILINE)


class Hung(Exception):
    """A page that did not come to its end in time."""


class Session:
    """A directory and a shell for one page."""

    def __init__(self, binary, page, seconds_maximum=300):
        self.binary = pathlib.Path(binary).resolve()
        self.page = page
        self.seconds_maximum = seconds_maximum

    def run(self):
        """The (exit code, printed lines) of each step."""
        with tempfile.TemporaryDirectory(prefix="check-docs.") as name:
            directory = pathlib.Path(name).resolve()
            self._furnish(directory)
            printed = self._printed(directory)
            return self._parts(printed.replace(f"{directory}/srv", "/srv").replace(f"{directory}/home", "/home/you"))

    def _furnish(self, directory):
        home = directory / "home"
        for place in ["srv", "programs", "home/scripts", "home/.build/release"]:
            (directory / place).mkdir(parents=True)
        for link in [directory / "programs" / "batchd", home / ".build" / "release" / "batchd"]:
            link.symlink_to(self.binary)
        shutil.copytree(REPOSITORY / "spool" / "samples", home / "spool" / "samples")
        shutil.copy(REPOSITORY / "scripts" / "demo.sh", home / "scripts")
        shutil.copy(REPOSITORY / "Makefile", home)

    def _script(self, directory):
        lines = ["umask 022", "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
        for step in self.page.steps:
            lines.append(self._command(step, directory))
            # The subshell leaves the exit code for a step that prints it.
            lines.append(f'status=$?; printf "{MARK}%d{MARK}" "$status"; (exit "$status")')
        lines.append("exit 0")
        return "\n".join(lines)

    @staticmethod
    def _command(step, directory):
        if step.kind == "file":
            path = SRV.sub(f"{directory}/srv", step.path)
            return f"printf '%s' {shlex.quote(step.text)} > {shlex.quote(path)}"
        return f"eval {shlex.quote(SRV.sub(f'{directory}/srv', step.text))}"

    def _printed(self, directory):
        """What the shell printed; it goes to a file, since a daemon left behind would keep a pipe open."""
        environment = {
            "PATH": f"{directory}/programs:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": f"{directory}/home", "REPOSITORY": str(REPOSITORY),
            # The last decimals differ from one instruction set to another.
            # Readers type on a terminal, and what is printed here goes to a file.
            "BATCHD_FORCE_ISA": "avx2", "BATCHD_LOG_FORMAT": "text", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(directory),
        }
        output = directory / "output"
        with open(output, "wb") as stream:
            shell = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-c", self._script(directory)], cwd=directory / "home",
                env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            )
            try:
                shell.wait(self.seconds_maximum)
            except subprocess.TimeoutExpired:
                os.killpg(shell.pid, signal.SIGKILL)
                shell.wait()
                done = output.read_bytes().count(MARK.encode()) // 2
                place = f"{self.page.name}:{self.page.steps[done].line}"
                raise Hung(f"{place}: did not end within {self.seconds_maximum} s") from None
        return output.read_text(encoding="utf-8", errors="backslashreplace")

    def _parts(self, printed):
        fields = printed.split(MARK)
        results = []
        for index, _ in enumerate(self.page.steps):
            text, status = fields[2 * index], fields[2 * index + 1]
            results.append((int(status), text.rstrip("\n").split("\n") if text else []))
        return results
