#!/bin/bash
# Compares batchd's answers with torch's in one run, at each precision.
#
#   scripts/compare-accuracy.sh VENV EMBEDDING_MODEL WORKLOADS CLASSIFIER SST2_DEV NER_MODEL WNUT17_DEV
#
# VENV has torch, transformers and zstandard. Prints the worst cosine of embeddings on each workload (*.jsonl.zst),
# the accuracy of the classifier and the span F1 of the entities, beside torch's own in float32.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -eq 7 ] || { sed -n '2,7p' "$0" >&2; exit 64; }
python=$1/bin/python embedder=$2 workloads=$3 classifier=$4 sentences=$5 tagger=$6 tagged=$7
batchd=.build/release/batchd
[ -x "$batchd" ] || { echo "no release binary; type: make build" >&2; exit 66; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false OMP_NUM_THREADS=1

tool() { "$python" scripts/compare-accuracy.py "$@" 2> "$work/log" || { cat "$work/log" >&2; exit 65; }; }

for input in "$workloads"/*.jsonl.zst; do
    tool torch-embed "$embedder" "$input" "$work/torch.jsonl"
    for precision in float32 bfloat16 int8; do
        "$batchd" bench model "$embedder" --input "$input" --precision "$precision" --output "$work/ours.jsonl" > /dev/null
        echo "$(basename "$input" .jsonl.zst) $precision: $(tool cosine "$work/torch.jsonl" "$work/ours.jsonl")"
    done
done

tool torch-classify "$classifier" "$sentences" "$work/torch.jsonl"
echo "classifier torch: $(tool accuracy "$sentences" "$work/torch.jsonl")"
for precision in float32 bfloat16 int8; do
    "$batchd" bench model "$classifier" --input "$sentences" --precision "$precision" --output "$work/ours.jsonl" > /dev/null
    echo "classifier $precision: $(tool accuracy "$sentences" "$work/ours.jsonl")"
done

tool torch-ner "$tagger" "$tagged" "$work/torch.jsonl"
echo "entities torch: $(tool span-f1 "$tagged" "$work/torch.jsonl")"
for precision in float32 bfloat16 int8; do
    "$batchd" bench model "$tagger" --input "$tagged" --precision "$precision" --output "$work/ours.jsonl" > /dev/null
    echo "entities $precision: $(tool span-f1 "$tagged" "$work/ours.jsonl"); $(tool slices "$tagged" "$work/ours.jsonl")"
done
