#!/bin/sh
# Trains the model inside the binary, sentiment@1, and writes it to models/sentiment/1.
# The same data give the same bytes, on any number of threads.
#
#   scripts/train-default-model.sh DATA_DIR
#
# DATA_DIR holds one folder for each training set, with train.jsonl.zst and dev.jsonl.zst in it;
# models/sentiment/recipe.json lists them, models/sentiment/README.md says where they come from.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 DATA_DIR" >&2; exit 64; }
[ -d "$1" ] || { echo "$0: there is no folder '$1'" >&2; exit 66; }
data=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."

swift build --configuration release --product batchd
"$(swift build --configuration release --show-bin-path)/batchd" train linear \
    --recipe models/sentiment/recipe.json \
    --data-folder "$data" \
    --out models/sentiment/1 \
    --fold-digits \
    --fold-handles \
    --character-order-maximum 4 \
    --character-buckets 500000 \
    --candidate-share 0 \
    --learning-rate 0.4 \
    --epochs 6 \
    --sharpness 1.25 \
    --seed 3
echo "Build again to put the model into the binary, then run scripts/evaluate-default-model.sh." >&2
