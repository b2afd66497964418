#!/usr/bin/env python3
"""Opens published results with the lines of docs/READING.md, in every tool and dialect.

    test-readers.py BATCHD            runs the page's lines over two jobs
    test-readers.py BATCHD --write    also writes what they print into the page

The first job is the sample of the page, and what its lines print must be what the page shows. The second holds what
files from strangers hold; of it every value that a tool reads is compared with what zstdcat and jq say of the native
results of the same input. The exit code is 0 if all is as it must be.
"""

import contextlib
import io
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import duckdb
import numpy
import pandas

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "READING.md"
DIALECTS = ["native", "csv", "openai", "comprehend", "fasttext"]
BLOCK = re.compile(r"<!-- run: ([a-z ]+) -->\n```\w+\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)
QUEUE = re.compile(r"<!-- queue -->\n```yaml\n(.*?)```", re.DOTALL)
PASSED = ["company", "units", "price", "flag", "tags", "origin", "note", "rank"]
HOSTILE_RECORDS = 3000


class Mismatch(Exception):
    """What a tool reads is not what was written."""


# The jobs


def hostile_input(directory):
    """A job file of several frames, and how many of its records are good."""
    draw = random.Random(5)
    texts = ["This is wonderful, really.", "股市大跌，恐慌情绪蔓延", "Terrible 😡 service", 'He said "never again", twice.',
             "one\ntwo\r\nthree", "=SUM(A1:A9)", "价格很好，质量不错！👍🏽", "\u2028 odd \u0085 lines \u0000", "plain, simple"]
    companies = ["Acme, Inc.", "万科", 'The "Best" Co', "NA", "null", "", "a\nb", "a\r\nb", "'", "-1+1", "007", "NaN", "True",
                 "😀", " leading and trailing ", "\\", "\t", "x" * 5000, "\ufeffbom", "\x00"]
    lines = []
    for number in range(HOSTILE_RECORDS):
        record = {
            "id": f"{number:06}",
            "text": draw.choice(texts), "company": draw.choice(companies), "units": draw.randrange(-9, 10**9),
            "price": draw.choice([0.1, -2.5, 1e-7, 123456.789, 5e300]), "flag": draw.random() < 0.5,
            "tags": [draw.choice(companies) for _ in range(draw.randrange(1, 4))],
            "origin": {"city": draw.choice(companies), "zip": f"{draw.randrange(10**5):05}"},
        }
        if draw.random() < 0.5:
            record["note"] = draw.choice(companies + [None])
        if draw.random() < 0.5:
            record["rank"] = draw.randrange(1000)
        lines.append(json.dumps(record, ensure_ascii=draw.random() < 0.5).encode())
        if number % 50 == 7:
            lines.append(draw.choice([b"not json", b"[1,2]", b'{"id":"lost","company":"x"}', b'{"text":7,"id":"t"}',
                                      b'{"text":"\xff\xfe"}', b'{"text":"cut']))
    frames = [b"\n".join(lines[start:start + 700]) + b"\n" for start in range(0, len(lines), 700)]
    path = directory / "input.jsonl.zst"
    with path.open("wb") as file:
        for frame in frames:
            file.write(subprocess.run(["zstd", "-qc"], input=frame, stdout=subprocess.PIPE, check=True).stdout)
    return path


def sample_input(directory):
    """The job of the page: the sample news, and the sample of broken lines."""
    samples = REPOSITORY / "spool" / "samples"
    content = b"".join((samples / name).read_bytes() for name in ["news_zh.jsonl", "broken.jsonl"])
    path = directory / "input.jsonl.zst"
    path.write_bytes(subprocess.run(["zstd", "-qc"], input=content, stdout=subprocess.PIPE, check=True).stdout)
    return path


def sample_queue(dialect):
    """The queue of the page in a dialect; fastText's lines have no room for passed-through fields."""
    yaml = QUEUE.search(PAGE.read_text(encoding="utf-8")).group(1).replace("format: native", f"format: {dialect}")
    return yaml.replace("pass: [company], ", "") if dialect == "fasttext" else yaml


def hostile_queue(dialect):
    """A queue that passes everything through."""
    passed = "" if dialect == "fasttext" else f"pass: [{', '.join(PASSED)}], "
    return f"model: sentiment\nshard_records: 512\noutput: {{ {passed}format: {dialect} }}\n"


def publish(batchd, directory, make_input, make_queue):
    """Has a fresh root answer an input in every dialect."""
    root = directory / "root"
    environment = {**os.environ, "BATCHD_ROOT": str(root)}
    path = make_input(directory)
    run = lambda *arguments: subprocess.run([batchd, *arguments], env=environment, check=True, stdout=subprocess.PIPE,
                                            stderr=subprocess.PIPE)
    try:
        run("init", str(root), "--quiet")
        for dialect in DIALECTS:
            queue = root / "spool" / dialect
            queue.mkdir()
            (queue / "queue.yaml").write_text(make_queue(dialect), encoding="utf-8")
        run("config", "check")
        for dialect in DIALECTS:
            run("submit", str(path), "--queue", dialect)
        run("run", "--once")
        for dialect in DIALECTS:
            run("verify", f"{dialect}/input")
    except subprocess.CalledProcessError as error:
        sys.exit(f"test-readers: {error}: {error.stderr.decode()}{error.stdout.decode()}")
    for dialect in DIALECTS:
        os.link(path, root / "outbox" / dialect / "input" / path.name)
    return {dialect: root / "outbox" / dialect / "input" for dialect in DIALECTS}


# The page's lines


class Session:
    """What the lines of one tool and dialect share: names, or a database."""

    def __init__(self, directory):
        self.directory = directory
        self.names = {}
        self.database = duckdb.connect()

    def run(self, tool, code):
        """Runs lines and returns what they print."""
        with contextlib.chdir(self.directory):
            if tool == "sh":
                return subprocess.run(["bash", "-euo", "pipefail", "-c", code], check=False, stdout=subprocess.PIPE,
                                      encoding="utf-8").stdout
            if tool == "sql":
                rows = self.database.sql(code)
                # What a table is made of is told by queries of its own.
                return "" if rows is None or code.startswith("CREATE") else f"{rows}".rstrip("\n") + "\n"
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(code, PAGE.name, "exec"), self.names)
            return printed.getvalue()

    def rows(self, name):
        """A table that the lines opened, as dictionaries; None where they opened no such table."""
        if name in self.names:
            table = self.names[name]
            return table.to_dict("records") if isinstance(table, pandas.DataFrame) else table.to_dicts()
        if (name,) not in self.database.sql("SHOW TABLES").fetchall():
            return None
        table = self.database.sql(f"FROM {name}")
        return [dict(zip(table.columns, row)) for row in table.fetchall()]


def run_page(directories, is_sample, printed):
    """Runs all blocks; returns a session for each tool and dialect. `printed` receives what each block printed."""
    sessions = {}
    for place, block in enumerate(BLOCK.finditer(PAGE.read_text(encoding="utf-8"))):
        *tool, dialect = block.group(1).split()
        opens = re.search(r"results =|TABLE", block.group(2))
        if not is_sample and not opens:
            continue
        session = sessions.setdefault((tool[-1], dialect), Session(directories[dialect]))
        try:
            printed[place] = session.run(tool[0], block.group(2))
        except Exception as error:
            raise Mismatch(f"{block.group(1)}: {block.group(2)}{type(error).__name__}: {error}") from error
    return sessions


# What must have been read


def jq(path):
    """The lines of a file as zstdcat and jq give them."""
    command = f"zstdcat '{path}' | jq -c ."
    output = subprocess.run(["bash", "-euo", "pipefail", "-c", command], check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in output.split(b"\n") if line]


def plain(value):
    """A value without a tool's own types; members without a value are left out."""
    if value is None or value is pandas.NA or isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, numpy.generic):
        return plain(value.item())
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if plain(member) is not None}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(element) for element in value]
    return value


def expect(place, found, wanted, same_type=True):
    found, wanted = plain(found), plain(wanted)
    if found != wanted or same_type and isinstance(found, bool) != isinstance(wanted, bool):
        raise Mismatch(f"{place}: found {found!r:.200}, expected {wanted!r:.200}")
    if same_type and isinstance(found, (int, float)) != isinstance(wanted, (int, float)):
        raise Mismatch(f"{place}: found a {type(found).__name__}, expected a {type(wanted).__name__}")


def expect_native(place, row, truth, tool):
    for name in truth.keys() | row.keys():
        expect(f"{place} {name}", row.get(name), truth.get(name))


def expect_csv(place, row, truth, tool):
    wanted = {**truth, "windows": truth.get("windows", 1)}
    for label, score in wanted.pop("scores").items():
        wanted[f"score_{label}"] = score
    for name in wanted.keys() | row.keys():
        found, value = plain(row.get(name)), wanted.get(name)
        if isinstance(value, (dict, list)):
            found = json.loads(found)
        if tool == "pandas" and value == "":
            value = None
        expect(f"{place} {name}", found, value)


def expect_openai(place, row, truth, tool):
    expect(f"{place} custom_id", row["custom_id"], str(truth["id"]))
    body = plain(row["response"])["body"]
    choice = body["choices"][0]
    expect(f"{place} content", choice["message"]["content"], truth["label"])
    for token in choice["logprobs"]["content"][0]["top_logprobs"]:
        if abs(math.exp(token["logprob"]) - truth["scores"][token["token"]]) > 2e-6:
            raise Mismatch(f"{place}: {token}, expected {truth['scores']}")
    expect(f"{place} tokens", body["usage"]["prompt_tokens"], truth["input_tokens"])
    expect(f"{place} metadata", body["metadata"], {name: truth[name] for name in PASSED if name in truth})


def expect_comprehend(place, row, truth, tool):
    wanted = {name: truth[name] for name in PASSED if name in truth}
    wanted["File"], wanted["Line"] = "input.jsonl.zst", truth["line"] - 1
    wanted["Sentiment"] = truth["label"].upper()
    wanted["SentimentScore"] = {name.capitalize(): score for name, score in truth["scores"].items()} | {"Mixed": 0}
    for name in wanted.keys() | row.keys():
        expect(f"{place} {name}", row.get(name), wanted.get(name))


def expect_fasttext(place, row, truth, tool):
    expect(f"{place} label", row["label"], truth and "__label__" + truth["label"])
    expect(f"{place} probability", row["probability"], truth and truth["probability"])


def compare(sessions, directories):
    """Compares every table that was opened with the native lines; returns how many values were looked at."""
    results = jq(directories["native"] / "results.jsonl.zst")
    errors = jq(directories["native"] / "errors.jsonl.zst")
    in_places = {result["line"]: result for result in results}
    places = [in_places.get(line) for line in range(1, len(results) + len(errors) + 1)]
    seen = []
    for (tool, dialect), session in sessions.items():
        rows = session.rows("results")
        wanted = places if dialect == "fasttext" and tool != "sql" else results
        if len(rows) != len(wanted):
            raise Mismatch(f"{tool} {dialect}: {len(rows)} results, expected {len(wanted)}")
        for number, (row, truth) in enumerate(zip(rows, wanted), 1):
            globals()[f"expect_{dialect}"](f"{tool} {dialect} result {number}:", row, truth, tool)
        seen.append(f"{tool} {dialect} {len(rows)}")
        failed = session.rows("errors")
        if failed is not None:
            if len(failed) != len(errors):
                raise Mismatch(f"{tool} {dialect}: {len(failed)} errors, expected {len(errors)}")
            for number, (row, truth) in enumerate(zip(failed, errors), 1):
                for name in ["_error", "_raw", "_raw_base64", "id", "company"]:
                    expect(f"{tool} {dialect} error {number}: {name}", row.get(name), truth.get(name))
            seen.append(f"{tool} errors {len(failed)}")
    return seen, len(results), len(errors)


def main():
    batchd = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="batchd-readers.") as temporary:
        for part in ["sample", "hostile"]:
            (pathlib.Path(temporary) / part).mkdir()
        try:
            directories = publish(batchd, pathlib.Path(temporary) / "sample", sample_input, sample_queue)
            printed = {}
            run_page(directories, True, printed)
            check_page(printed, "--write" in sys.argv)
            directories = publish(batchd, pathlib.Path(temporary) / "hostile", hostile_input, hostile_queue)
            seen, results, errors = compare(run_page(directories, False, {}), directories)
        except Mismatch as mismatch:
            sys.exit(f"test-readers: {mismatch}")
    print(f"test-readers: {len(printed)} blocks print what the page shows; {results} results and {errors} errors are "
          f"the same in: {', '.join(seen)}")


def check_page(printed, writes):
    """Holds the page against what its lines printed."""
    text = PAGE.read_text(encoding="utf-8")
    places = iter(range(len(printed)))

    def shown(block):
        place = next(places)
        output = f"\n```text\n{printed[place]}```\n" if printed[place] else ""
        end = block.start(3) - len("\n```text\n") if block.group(3) is not None else block.end()
        if not writes and (block.group(3) or "") != printed[place]:
            raise Mismatch(f"{block.group(1)}: {block.group(2)}prints\n{printed[place]}and not what the page shows")
        return text[block.start():end] + output

    written = BLOCK.sub(shown, text)
    if writes:
        PAGE.write_text(written, encoding="utf-8")


main()
