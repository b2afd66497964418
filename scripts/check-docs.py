#!/usr/bin/python3
"""Checks that the documentation prints what the program prints, and names only what there is.

    scripts/check-docs.py                            all pages, with .build/release/batchd
    scripts/check-docs.py docs/RUNBOOK.md            one page
    scripts/check-docs.py --update docs/RUNBOOK.md   writes what is printed now into the page
    scripts/check-docs.py --links DIR                only the links of all pages below a directory, as of a package

Each page is a session in a shell: documentation/pages.py says how it is written, documentation/session.py where it
runs, documentation/normalising.py what may differ. A command that fails must be followed by `$ echo $?`. Besides,
links, headings, commands, options, the runbook's entries for alerts and an example of each error code are checked.
Wants bash, jq and zstd.
The exit code is 0 if all is as it must be, 1 if something is not, 2 if nothing could be checked.
"""

import argparse
import difflib
import pathlib
import shutil
import sys

sys.dont_write_bytecode = True
from documentation import normalising, pages, references, session  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent


def all_paths():
    paths = [REPOSITORY / "README.md", REPOSITORY / "spool" / "README.md"]
    return paths + sorted((REPOSITORY / "docs").glob("*.md")) + sorted((REPOSITORY / "docs" / "reference").glob("*.md"))


def read(path):
    resolved = path.resolve()
    inside = resolved.is_relative_to(REPOSITORY)
    return pages.Page(resolved, str(resolved.relative_to(REPOSITORY)) if inside else str(path))


def difference(step, printed):
    """The lines of a diff from what the page says to what was printed."""
    before, after = normalising.normalised(step.expected), normalising.normalised(printed)
    lines = list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
    return ["    " + line for line in lines if not line.startswith("@@")]


def check(page, binary):
    """Failures of a page's commands, and what differs as pairs of step and printed lines."""
    failures, differing = [], []
    results = session.Session(binary, page).run()
    for step, following, (status, printed) in zip(page.steps, [*page.steps[1:], None], results):
        told = following is not None and following.block == step.block and following.shows_status
        if status != 0 and not (step.kind == "command" and told):
            what = {"hidden": "hidden commands", "file": "writing the file"}.get(step.kind, f"'{step.text}'")
            said = "".join("\n    " + line for line in printed)
            failures.append(f"{page.name}:{step.line}: {what} ended with {status}, and the page does not say so{said}")
        elif step.kind == "command" and difference(step, printed):
            differing.append((step, printed))
    return failures, differing


def check_references(chosen, binary):
    """Problems with what the chosen pages name."""
    others = [read(path) for path in all_paths()]
    everything = chosen + [page for page in others if page.name not in {one.name for one in chosen}]
    found = [*references.broken_links(everything), *references.unknown_commands(chosen, references.Commands(binary))]
    found = [problem for problem in found if problem.split(":")[0] in {page.name for page in chosen}]
    for page in chosen:
        if page.path.name == "FORMATS.md":
            found += references.codes_without_example(page)
        if page.path.name == "RUNBOOK.md":
            docs = page.path.parent
            schema = docs.parent / "schemas" / "alert.schema.json"
            found += references.alerts_without_entry(docs / "alerts.yml", schema, page)
    return found


def check_links(directory):
    """Prints the links of all pages below a directory that lead nowhere; 1 where there are some or there is no page."""
    found = [read(path) for path in sorted(directory.rglob("*.md"))]
    problems = list(references.broken_links(found))
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(found)} pages, {len(problems)} problems with links")
    return 1 if problems or not found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write what is printed into the pages")
    parser.add_argument("--binary", type=pathlib.Path, default=REPOSITORY / ".build" / "release" / "batchd")
    parser.add_argument("--links", type=pathlib.Path, metavar="DIR", help="check only links, of all pages below DIR")
    parser.add_argument("pages", nargs="*", type=pathlib.Path, help="pages (default: all)")
    arguments = parser.parse_args()
    if arguments.links:
        return check_links(arguments.links)
    if not arguments.binary.is_file():
        raise ValueError(f"no binary at '{arguments.binary}'; type 'make build', or give --binary")
    missing = [tool for tool in ["bash", "jq", "zstd"] if not shutil.which(tool)]
    if missing:
        raise ValueError(f"{', '.join(missing)} is missing; type: apt-get install {' '.join(missing)}")

    chosen = [read(path) for path in arguments.pages or all_paths()]
    problems, commands, updated = [], 0, 0
    for page in chosen:
        failures, differing = check(page, arguments.binary) if page.steps else ([], [])
        commands += sum(step.kind == "command" for step in page.steps)
        problems += failures
        if arguments.update and differing:
            page.path.write_text(page.rewritten(differing), encoding="utf-8")
            updated += len(differing)
            continue
        for step, printed in differing:
            place = f"{page.name}:{step.line}: '{step.text}' prints something else"
            problems.append("\n".join([place, *difference(step, printed)]))
    problems += check_references(chosen, arguments.binary)
    for problem in problems:
        print(problem, file=sys.stderr)
    written = f", {updated} outputs written anew" if arguments.update else ""
    print(f"{len(chosen)} pages, {commands} commands, {len(problems)} problems{written}")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, pages.PageError, session.Hung) as error:
        print(f"check-docs: {error}", file=sys.stderr)
        sys.exit(2)
