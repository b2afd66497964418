#!/bin/bash
# Compares batchd with ONNX Runtime, OpenVINO and CTranslate2: tokenising to normalised embedding, file in, results out.
#
#   scripts/compare-peers.sh PEER_DIR VENV MODEL WORKLOADS [option...]
#
# PEER_DIR holds peer_onnxruntime.py and its like; VENV is a Python environment with these runtimes; MODEL is a
# sentence-transformers directory; WORKLOADS holds short, mixed and long.jsonl.zst. The peers sort records by length
# and run at the batch that suits them best; batchd takes them as they lie. Options: --rounds 3, --scale 1 (share of
# the records), --precisions float32,bfloat16,int8, --names short,mixed,long, --threads 2, --max-length 512.
# The model's own limit is lifted to --max-length for batchd too, in a copy of the directory.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -ge 4 ] || { sed -n '2,11p' "$0" >&2; exit 64; }
peers=$1 python=$2/bin/python model=$(realpath "$3") workloads=$4
shift 4
batchd=$PWD/.build/release/batchd
[ -x "$batchd" ] || { echo "no release binary; type: make build" >&2; exit 66; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

length=512
arguments=("$@")
for ((i = 0; i < ${#arguments[@]}; i++)); do
    [ "${arguments[i]}" != --max-length ] || length=${arguments[i + 1]}
done
cp -rL "$model" "$work/model"
chmod -R u+w "$work/model"
printf '{"max_seq_length": %d}\n' "$length" > "$work/model/sentence_bert_config.json"
export HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error
"$python" scripts/compare-peers.py --batchd "$batchd" --peers "$peers" --model "$work/model" \
    --workloads "$workloads" --cache "$work/cache" "$@"
