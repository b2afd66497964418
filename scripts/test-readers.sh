#!/bin/bash
# Opens results in the tools that docs/READING.md names, with its very lines, in a virtual environment of its own.
#
#     scripts/test-readers.sh [BATCHD]          the binary; .build/release/batchd without an argument
#     scripts/test-readers.sh BATCHD --write    also writes what the lines print into the page
#
# Where python3 -m venv or the packages of scripts/readers.txt cannot be had, it says so and ends with 0.
set -euo pipefail
cd "$(dirname "$0")/.."
batchd=${1:-.build/release/batchd}
environment=.build/readers

skip() {
    echo "test-readers: skipped: $1"
    exit 0
}

[ -x "$batchd" ] || { echo "test-readers: '$batchd' is not there; make build" >&2 && exit 66; }
for tool in jq zstdcat; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done
if ! cmp -s scripts/readers.txt "$environment/readers.txt"; then
    rm -rf "$environment"
    python3 -m venv "$environment" >/dev/null 2>&1 || skip "python3 -m venv does not work here"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --retries 1 --only-binary :all: \
        --requirement scripts/readers.txt ||
        skip "the packages of scripts/readers.txt cannot be installed"
    cp scripts/readers.txt "$environment/readers.txt"
fi
exec "$environment/bin/python" scripts/test-readers.py "$batchd" "${@:2}"
