#!/bin/bash
# Compares batchd with fastText on the same million short records, in turns, and prints both rates and their ratio.
#
#   scripts/compare-fasttext.sh PEER_DIR VENV RECORDS.jsonl [ROUNDS]
#
# PEER_DIR holds peer_fasttext.py; VENV is a Python environment with fasttext 0.9.3, numpy, orjson and zstandard;
# RECORDS.jsonl has {"id":…,"text":…} lines, an even number. fastText gets a model of our n-grams, dimension (the
# labels) and buckets, and runs as two processes of one thread, each on half of the records with --output; the time is
# that of the slower, without loading. batchd gets the same records as one zstd file; the time is that of the whole
# command `run --once`, loading included.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -ge 3 ] || { sed -n '2,11p' "$0" >&2; exit 64; }
peer=$1 python=$2/bin/python records=$3 rounds=${4:-5}
batchd=.build/release/batchd
[ -x "$batchd" ] || { echo "no release binary; type: make build" >&2; exit 66; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count=$(wc -l < "$records")
head -n $((count / 2)) "$records" > "$work/a.jsonl"
tail -n +$((count / 2 + 1)) "$records" > "$work/b.jsonl"
zstd --quiet --check "$records" -o "$work/all.jsonl.zst"

# The labels do not matter for speed; every text gets one of three.
"$python" - "$records" "$work" <<'PY'
import sys, zlib
import fasttext, orjson
with open(f"{sys.argv[2]}/train.txt", "w") as out:
    for number, line in zip(range(200000), open(sys.argv[1], "rb")):
        text = orjson.loads(line)["text"].replace("\n", " ")
        out.write(f"__label__{zlib.crc32(text[:4].encode()) % 3} {text}\n")
model = fasttext.train_supervised(f"{sys.argv[2]}/train.txt", dim=3, wordNgrams=3, minn=3, maxn=4, bucket=1995000,
                                  epoch=1, thread=2, verbose=0)
model.save_model(f"{sys.argv[2]}/model.bin")
PY

seconds_of() { "$python" -c 'import json,sys; print(json.loads(sys.argv[1])["seconds"])' "$1"; }

echo "records: $count, rounds: $rounds (records/s)"
for round in $(seq "$rounds"); do
    "$python" "$peer/peer_fasttext.py" --model "$work" --input "$work/a.jsonl" --threads 1 --output "$work/a.out" > "$work/a.json" &
    "$python" "$peer/peer_fasttext.py" --model "$work" --input "$work/b.jsonl" --threads 1 --output "$work/b.out" > "$work/b.json"
    wait
    a=$(seconds_of "$(cat "$work/a.json")") b=$(seconds_of "$(cat "$work/b.json")")

    rm -rf "$work/root"
    "$batchd" init "$work/root" --quiet
    cp "$work/all.jsonl.zst" "$work/root/spool/sentiment/incoming/"
    start=$(date +%s.%N)
    "$batchd" run --once --root "$work/root" 2> "$work/log"
    end=$(date +%s.%N)
    [ -e "$work/root/outbox/sentiment/all/_SUCCESS" ] || { cat "$work/log" >&2; exit 65; }
    echo "$round $count $a $b $start $end"
done | awk '{
    theirs = $2 / ($3 > $4 ? $3 : $4); ours = $2 / ($6 - $5)
    printf "round %d: fastText %.0f, batchd %.0f, ratio %.2f\n", $1, theirs, ours, ours / theirs
}' | tee "$work/rounds"
sed 's/.* //' "$work/rounds" | sort -n | awk '{ ratio[NR] = $1 } END {
    printf "ratio: median %.2f, minimum %.2f, maximum %.2f\n", ratio[int((NR + 1) / 2)], ratio[1], ratio[NR]
}'
