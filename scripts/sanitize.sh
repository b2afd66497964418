#!/bin/bash
# Looks for undefined behaviour, bad memory accesses and data races; any report fails.
#
# Usage: scripts/sanitize.sh [kernels|address|thread]; all three without an argument.
#   kernels  the C kernels of every instruction set that can be had here (scripts/sanitize-kernels.sh)
#   address  Swift tests over kernels, models, tokenizers, JSON Lines and the spool with the address sanitizer, their C
#            also with that for undefined behaviour
#   thread   Swift tests with more than one thread, and whole runs of the real binary with four
#
# Each keeps a build of its own, .build/address and .build/thread: about ten minutes of two cores when it is cold.
# Nothing is suppressed; scripts/sanitizers/README.md says what the sanitizers are told, and what is left out.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-all}
checked=(--explicit-target-dependency-import-check error)

# Undefined behaviour in C, but for what the kernels' own script looks at with loops that are not unrolled: a check in
# front of every access makes clang take minutes for each of their files.
undefined=(-Xcc -fsanitize=undefined -Xcc -fno-sanitize=alignment,null,pointer-overflow,object-size
    -Xcc -fno-sanitize-recover=all)

# Builds all tests with further options in a directory of its own.
build_tests() {
    swift build --build-tests --scratch-path "$1" "${checked[@]}" "${@:2}"
}

# Runs some tests of a build.
run_tests() {
    "$1/debug/batchdPackageTests.xctest" --testing-library swift-testing --filter "$2" --skip "${3:-^nothing$}"
}

address() {
    local build=.build/address
    build_tests "$build" --sanitize address "${undefined[@]}"
    ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1 \
        run_tests "$build" "KernelsTests|ModelsTests|JSONLinesTests|TokenizersTests|SpoolTests" \
        "CrashEnumerationTests|ControlCrashTests|CrashBlameTests"
}

thread() {
    local build=.build/thread
    local reports
    build_tests "$build" --sanitize thread
    reports=$(mktemp -d)
    clang -O1 -Wall -Wextra -Werror -fPIC -shared scripts/sanitizers/thread-mutex.c -o "$reports/mutex.so" -ldl
    export LD_PRELOAD=$reports/mutex.so
    export TSAN_OPTIONS=exitcode=66:log_path=$reports/report
    run_tests "$build" \
        "SpoolTests|BatchCoreTests|batchdTests|JSONLinesTests|PrometheusMetricsTests|CampaignRunnerTests" \
        "CrashEnumerationTests|ControlCrashTests|RealDiskCrashTests|SimulatedDisk|FullDiskTests" || failed=1
    real_run "$build/debug/batchd" "$reports/root" || failed=1
    unset LD_PRELOAD TSAN_OPTIONS
    if compgen -G "$reports/report.*" > /dev/null; then
        cat "$reports"/report.*
        failed=1
    fi
    rm -rf "$reports"
    [ -z "${failed:-}" ]
}

# Many small jobs and a large one, with four threads, through the parent and its engine.
real_run() {
    local binary=$1
    local root=$2
    "$binary" init "$root" > /dev/null
    printf 'threads: 4\n' >> "$root/batchd.yaml"
    local incoming=$root/spool/sentiment/incoming
    for job in $(seq 1 20); do
        for copy in $(seq 1 "$job"); do
            cat spool/samples/reviews_en.jsonl spool/samples/broken.jsonl
            echo
            echo "{\"text\":\"job $job, copy $copy\"}"
        done > "$incoming/.job-$job.part"
        mv "$incoming/.job-$job.part" "$incoming/job-$job.jsonl"
    done
    "$binary" run --once --deadline 600s --root "$root"
    [ "$(find "$root/outbox" -name _SUCCESS | wc -l)" -eq 20 ]
}

failed=
case $what in
    kernels) scripts/sanitize-kernels.sh ;;
    address) address ;;
    thread) thread ;;
    all)
        scripts/sanitize-kernels.sh
        address
        thread
        ;;
    *)
        echo "sanitize: there is no '$what'; the head of $0 lists what there is" >&2
        exit 64
        ;;
esac
echo "sanitize $what: clean"
