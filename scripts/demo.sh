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

# Prints each directory that has files, with their names.
show_directories() {
    local directory
    find "$1" -type f -printf '%h\n' | LC_ALL=C sort -u | while read -r directory; do
        printf '  %s/: %s\n' "${directory#"$1"/}" "$(LC_ALL=C ls -m -w 0 "$directory")"
    done
}

show_first_line() { # TITLE FILE
    printf '\n%s, of %s\n' "$1" "$2"
    # sed reads to the end, so the decompressor never meets a closed pipe.
    zstd --quiet -dc "$2" | sed -n 1p
}

[ -x "$batchd" ] || fail "no release binary at $batchd; type: make build"
remove_former_root

echo "Making a root in $root/ with the queues reviews and news"
"$batchd" init --quiet "$root"
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
show_directories "$root/outbox"
show_first_line "A result" "$root/outbox/news/news_zh/results.jsonl.zst"
show_first_line "An error" "$root/outbox/reviews/broken/errors.jsonl.zst"
printf '\nFor people: %s\n' "$root/outbox/reviews/broken/report.html"
