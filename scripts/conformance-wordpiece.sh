#!/bin/sh
# Compares every id and offset of the WordPiece tokenizer with those of the tokenizers library: the texts of
# DATA/conformance, workloads, each code point alone and within a word, and random texts, under a model's
# tokenizer.json as it is and with other options.
#
# Usage: scripts/conformance-wordpiece.sh DATA WORKLOADS_OR_NONE TOKENIZER_JSON VENV [RANDOM_STRINGS]
set -eu

[ $# -ge 4 ] || { echo "usage: $0 DATA WORKLOADS_OR_NONE TOKENIZER_JSON VENV [RANDOM_STRINGS]" >&2; exit 64; }
cases=$(mktemp -d)
trap 'rm -rf "$cases"' EXIT
here=$(dirname "$0")
"$4/bin/python" "$here/conformance-wordpiece.py" "$1" "$2" "$3" "$cases" ${5:+"$5"}
cd "$here/.."

BATCHD_WORDPIECE_CASES=$cases swift test --filter TokenizersTests.WordPieceConformanceTests
