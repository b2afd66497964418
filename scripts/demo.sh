#!/bin/bash
# Runs the sample job files of spool/samples through a fresh root in demo/ and shows what came out.
# Expects the release binary; `make demo` builds it first.
set -euo pipefail
cd "$(dirname "$0")/.."

batchd=.build/release/batchd
root=demo
samples=spool/samples

fail() {
    printf 'demo: %s\n' "$1" >&2
    exit 1
}

# A second demo starts afresh: dropping the same files again would only be archived as duplicates.
remove_former_root() {
    [ -e "$root" ] || return 0
    [ -f "$root/batchd.yaml" ] || fail "'$root' exists and is no root of batchd; move it away and try again"
    rm -rf "$root"
}

make_queue() { # NAME, queue.yaml on standard input
    mkdir -p "$root/spool/$1/incoming"
    cat > "$root/spool/$1/queue.yaml"
}

# Drops a file the way ETL must: complete under another name first, then renamed.
drop() { # SAMPLE QUEUE
    local name incoming
    name=$(basename "$1").zst
    incoming="$root/spool/$2/incoming"
    zstd --quiet --check -c "$1" > "$incoming/.$name.part"
    mv "$incoming/.$name.part" "$incoming/$name"
    printf '  %s → %s/%s\n' "$1" "$incoming" "$name"
}

# Prints a directory as an indented tree with sizes in bytes.
show_tree() {
    find "$1" -mindepth 1 -printf '%P\t%y\t%s\n' | LC_ALL=C sort | awk -F '\t' '{
        depth = gsub("/", "/", $1)
        count = split($1, parts, "/")
        indent = sprintf("%*s", 2 * depth, "")
        if ($2 == "d") printf "  %s%s/\n", indent, parts[count]
        else printf "  %s%-*s %8d bytes\n", indent, 30 - 2 * depth, parts[count], $3
    }'
}

show_lines() { # TITLE FILE COUNT
    [ -e "$2" ] || return 0
    printf '\n%s: %s\n' "$1" "$2"
    case $2 in
        # sed reads to the end, so the decompressor never meets a closed pipe.
        *.zst) zstd --quiet -dc "$2" | sed -n "1,${3}p" ;;
        *) sed -n "1,${3}p" "$2" ;;
    esac
}

[ -x "$batchd" ] || fail "no release binary at $batchd; type: make build"
remove_former_root

echo "Making a root in $root/ with the queues reviews and news"
"$batchd" init "$root"
make_queue reviews <<'YAML'
model: sentiment@1
YAML
make_queue news <<'YAML'
model: sentiment@1
input:
  text: "{news_title}。{news_summary}"
  id: news_id
output:
  pass: [company]
YAML

echo "Dropping job files"
drop "$samples/reviews_en.jsonl" reviews
drop "$samples/reviews_zh.jsonl" reviews
drop "$samples/broken.jsonl" reviews
drop "$samples/news_zh.jsonl" news

echo "Running: $batchd run --root $root --once"
"$batchd" run --root "$root" --once

printf '\nWhat came out, in %s/outbox\n' "$root"
show_tree "$root/outbox"
for job in "$root"/outbox/*/*/; do
    show_lines "Results" "${job}results.jsonl.zst" 3
    show_lines "Errors" "${job}errors.jsonl.zst" 20
done
show_lines "Metrics" "$root/outbox/reviews/reviews_en/metrics.json" 60
