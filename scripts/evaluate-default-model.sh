#!/bin/sh
# Prints the accuracy of a sentiment model on the seven dev sets, and their mean.
#
#   scripts/evaluate-default-model.sh DATA_DIR [MODEL]
#
# MODEL is sentiment@1, the one inside the binary, or a directory such as ./models/sentiment/1. Of texts that were
# labelled positive or negative only, the answer is the more probable of these two.
set -eu
[ $# -eq 1 ] || [ $# -eq 2 ] || { echo "usage: $0 DATA_DIR [MODEL]" >&2; exit 64; }
[ -d "$1" ] || { echo "$0: there is no folder '$1'" >&2; exit 66; }
data=$(cd "$1" && pwd)
model=${2:-sentiment@1}
cd "$(dirname "$0")/.."

swift build --configuration release --product batchd >&2
batchd=$(swift build --configuration release --show-bin-path)/batchd
for set in tweet_sentiment sst2 airline_tweets chnsenticorp waimai_10k online_shopping financial_news_zh; do
    case $set in
    tweet_sentiment | airline_tweets) labels=positive,neutral,negative ;;
    *) labels=positive,negative ;;
    esac
    "$batchd" evaluate "$model" "$data/$set/dev.jsonl.zst" --labels "$labels" |
        awk -v set="$set" '/^texts/ { n = $2 } /^accuracy/ { a = $2 } /^macro/ { print set, n, a, $3 }'
done | awk '
    BEGIN { printf "%-18s %6s %9s %9s\n", "dev set", "texts", "accuracy", "macro F1" }
    { printf "%-18s %6d %9.4f %9.3f\n", $1, $2, $3, $4; sum += $3; sets++ }
    END { printf "%-18s %6s %9.4f\n", "mean", "", sum / sets; if (sets != 7) exit 1 }'
