#!/bin/sh
# Runs the reader against public conformance suites: JSONTestSuite, simdjson's checker files, UTF-8 stress tests,
# the list of naughty strings and zstd's golden files. Each is a NAME.tar.zst in the folder given.
#
# Usage: scripts/conformance-jsonlines.sh FOLDER
set -eu

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 64; }
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT

for name in json_test_suite simdjson_jsonchecker utf8 naughty_strings zstd_golden; do
    mkdir "$unpacked/$name"
    zstd -dcq "$folder/$name.tar.zst" | tar -xf - -C "$unpacked/$name"
done

# What the installed tool says of each golden file: its output, or that it failed.
find "$unpacked/zstd_golden/tests" -type f | while read -r file; do
    if zstd -tq "$file" 2>/dev/null; then
        zstd -dcq "$file" >"$file.expected"
    else
        echo "zstd failed" >"$file.expected"
    fi
done

BATCHD_CONFORMANCE=$unpacked swift test --filter JSONLinesTests.ConformanceTests
