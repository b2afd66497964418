#!/bin/sh
# Compares every id and offset of the WordPiece tokenizer with those of the tokenizers library: the texts of
# DATA/conformance, workloads, each code point alone and within a word, and random texts, under a model's
# tokenizer.json as it is and with other options.
#
# Usage: scripts/conformance-wordpiece.sh DATA WORKLOADS_OR_NONE TOKENIZER_JSON VENV [RANDOM_STRINGS [VARIANT...]]
set -eu

[ $# -ge 4 ] || {
    echo "usage: $0 DATA WORKLOADS_OR_NONE TOKENIZER_JSON VENV [RANDOM_STRINGS [VARIANT...]]" >&2
    exit 64
}
cases=$(mktemp -d)
trap 'rm -rf "$cases"' EXIT
here=$(dirname "$0")
data=$1 workloads=$2 tokenizer=$3 python=$4/bin/python
shift 4
"$python" "$here/conformance-wordpiece.py" "$data" "$workloads" "$tokenizer" "$cases" "$@"
cd "$here/.."

# Millions of texts take minutes without the optimizer.
BATCHD_WORDPIECE_CASES=$cases swift test -c release -Xswiftc -enable-testing \
    --filter TokenizersTests.WordPieceConformanceTests
