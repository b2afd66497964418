#!/bin/bash
# Answers files with every text computed, with each text of a job answered once, and twice with a cache, and compares
# the bytes of the results.
#
#   scripts/compare-duplicates.sh BATCHD MODEL FILE.jsonl.zst...
#
# Prints, for each file: records, the share answered once, the share from the cache on the second night, and the seconds
# of all compute threads without, with, and on the first and second night of a cache. Exits 1 where bytes differ.
set -euo pipefail

[ $# -ge 3 ] || { sed -n '2,8p' "$0"; exit 64; }
batchd=$1
model=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
differs=0

# answer ROOT KEY FILE SETTING: drops a file into a root, which is made where it is not there.
answer() {
    if [ ! -e "$1/batchd.yaml" ]; then
        "$batchd" init "$1" --quiet
        printf 'model: %s\n%s\nlimits: { ratio: 100000 }\n' "$model" "$4" > "$1/spool/sentiment/queue.yaml"
    fi
    cp "$3" "$1/spool/sentiment/incoming/.$2.part"
    mv "$1/spool/sentiment/incoming/.$2.part" "$1/spool/sentiment/incoming/$2.jsonl.zst"
    "$batchd" run --once --root "$1" > "$work/log" 2>&1 || { cat "$work/log"; exit 65; }
}

# metric ROOT KEY PATH: a number of a job's metrics.
metric() {
    python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2].split("."): value = value[name]
print(value)' "$1/outbox/sentiment/$2/metrics.json" "$3"
}

hashes() {
    (cd "$1/outbox/sentiment/$2" && cat results.jsonl.zst errors.jsonl.zst 2> "$work/log" || true) | sha256sum | cut -c1-16
}

printf '%-34s %9s %7s %7s %9s %9s %9s %9s  %s\n' \
    file records once cached 'computed' 'once' 'night 1' 'night 2' bytes
for file in "$@"; do
    rm -rf "$work"/*
    answer "$work/all" a "$file" 'deduplicate: false'
    answer "$work/once" a "$file" 'deduplicate: true'
    answer "$work/kept" a "$file" 'cache: 256MiB'
    # The same content again is a job of its own under another name.
    answer "$work/kept" b "$file" ''
    expected=$(hashes "$work/all" a)
    verdict=same
    for job in once/a kept/a kept/b; do
        [ "$(hashes "$work/${job%/*}" "${job#*/}")" = "$expected" ] || { verdict=DIFFERENT; differs=1; }
    done
    out=$(metric "$work/all" a records.out)
    share() { python3 -c 'import sys; print(f"{100 * int(sys.argv[1]) / max(int(sys.argv[2]), 1):.1f} %")' "$1" "$out"; }
    printf '%-34s %9d %7s %7s %9.3f %9.3f %9.3f %9.3f  %s\n' \
        "$(basename "$(dirname "$file")")/$(basename "$file" .jsonl.zst)" "$out" \
        "$(share "$(metric "$work/once" a records.deduplicated)")" \
        "$(share "$(metric "$work/kept" b records.cached)")" \
        "$(metric "$work/all" a seconds.cpu)" "$(metric "$work/once" a seconds.cpu)" \
        "$(metric "$work/kept" a seconds.cpu)" "$(metric "$work/kept" b seconds.cpu)" "$verdict"
done
exit $differs
