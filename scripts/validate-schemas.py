#!/usr/bin/python3
"""Validates files against the JSON Schemas of schemas/, with Debian's python3-jsonschema.

    validate-schemas.py result outbox/reviews/a/results.jsonl.zst    every line must be valid
    validate-schemas.py --refused result wrong.jsonl                 every line must be invalid
    validate-schemas.py --examples                                   the examples of all schemas, both ways

A file whose name ends in .json is one document; .jsonl and .ndjson hold one a line; .zst goes through the zstd tool.
The exit code is 0 if all is as it must be, 1 if a document is not, 2 if something else is wrong.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "schemas"
SUFFIX = ".schema.json"


def strict_loads(text):
    """Reads JSON without Python's extensions NaN and Infinity."""

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def validator(name):
    """The validator of a schema, which must itself be valid."""
    path = SCHEMAS / (name + SUFFIX)
    if not path.is_file():
        known = ", ".join(schema_names())
        raise ValueError(f"no schema '{name}'; there are {known}")
    schema = strict_loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def schema_names():
    return sorted(path.name.removesuffix(SUFFIX) for path in SCHEMAS.glob("*" + SUFFIX))


def documents(path):
    """Yields (place, document) of a file."""
    name = path.name
    if name.endswith(".zst"):
        content = subprocess.run(["zstd", "-dcq", "--", str(path)], check=True, stdout=subprocess.PIPE).stdout
        name = name.removesuffix(".zst")
    else:
        content = path.read_bytes()
    text = content.decode("utf-8")
    if name.endswith((".jsonl", ".ndjson")):
        # Only a line feed ends a line: splitlines() would also cut at characters that JSON allows in strings.
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield f"{path}:{number}", strict_loads(line)
    else:
        yield str(path), strict_loads(text)


def problems(checker, place, document, refused):
    """Says what is wrong with one document: an error, or the lack of one."""
    error = jsonschema.exceptions.best_match(checker.iter_errors(document))
    if refused:
        return [] if error else [f"{place}: valid, but must be refused"]
    return [f"{place}: {error.json_path}: {error.message[:500]}"] if error else []


def check_file(name, path, refused=False):
    checker = validator(name)
    count = 0
    found = []
    for place, document in documents(path):
        count += 1
        found += problems(checker, place, document, refused)
    if count == 0:
        found.append(f"{path}: no document in it")
    return count, found


def check_examples():
    """Every schema has examples that it accepts and a file of documents that it refuses."""
    total = 0
    found = []
    for name in schema_names():
        checker = validator(name)
        examples = checker.schema.get("examples", [])
        if not examples:
            found.append(f"{name}{SUFFIX}: no examples")
        for number, example in enumerate(examples, 1):
            found += problems(checker, f"{name}{SUFFIX} example {number}", example, refused=False)
        count, refused = check_file(name, SCHEMAS / "refused" / f"{name}.jsonl", refused=True)
        found += refused
        total += len(examples) + count
    return total, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", action="store_true", help="check the examples of all schemas")
    parser.add_argument("--refused", action="store_true", help="every document must be invalid")
    parser.add_argument("schema", nargs="?", help="the schema's name, such as result")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.examples == bool(arguments.files):
        parser.error("give either --examples, or a schema and files")

    if arguments.examples:
        total, found = check_examples()
    else:
        total, found = 0, []
        for path in arguments.files:
            count, more = check_file(arguments.schema, path, arguments.refused)
            total += count
            found += more
    for problem in found[:20]:
        print(problem, file=sys.stderr)
    if len(found) > 20:
        print(f"… and {len(found) - 20} more", file=sys.stderr)
    print(f"{total} documents checked, {len(found)} not as they must be")
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, subprocess.CalledProcessError, jsonschema.exceptions.SchemaError) as error:
        print(f"validate-schemas: {error}", file=sys.stderr)
        sys.exit(2)
