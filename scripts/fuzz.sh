#!/bin/bash
# Fuzzes what reads bytes from elsewhere: libFuzzer with the address sanitizer.
#
# Usage: scripts/fuzz.sh TARGET [SECONDS [ARGUMENT…]]; without a target, each for SECONDS (60).
#   lines        the scanner and error lines, against simdjson     (Tests/Fuzz/lines.swift)
#   reader       zstd frames and lines                             (Tests/Fuzz/reader.swift)
#   safetensors  the header and tensors of a model's file          (Tests/Fuzz/safetensors.swift)
# Further arguments go to libFuzzer, such as -runs=1000000, or a file that crashed. What was found goes on growing in
# .build/fuzz/TARGET.corpus; an input that crashes lies in .build/fuzz and belongs into Tests/Fuzz/TARGET.seeds, all
# of which are tried first.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-all}
seconds=${2:-60}
build=$PWD/.build/fuzz
mkdir -p "$build"

if [ "$target" = all ]; then
    for each in lines reader safetensors; do
        "$0" "$each" "$seconds"
    done
    exit
fi

flags=(-O -parse-as-library -swift-version 6 -sanitize=fuzzer,address -I "$build" -I Sources/CZstd)
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility NonisolatedNonsendingByDefault; do
    flags+=(-enable-upcoming-feature "$feature")
done

# A module of its own, compiled as one, where any of its sources has changed.
module() {
    local name=$1
    local sources
    mapfile -t sources < <(find "Sources/$name" -name '*.swift')
    if [ ! -e "$build/$name.o" ] || [ -n "$(find "Sources/$name" -newer "$build/$name.o" -name '*.swift')" ]; then
        swiftc "${flags[@]}" -wmo -c -module-name "$name" -emit-module -emit-module-path "$build/$name.swiftmodule" \
            "${sources[@]}" -o "$build/$name.o"
    fi
}

# The gold linker warns of symbols of the sanitizer that it does not need.
link() {
    swiftc "${flags[@]}" -wmo -module-name Fuzz "$@" -lzstd -o "$build/$target" 2> >(grep -v 'Cannot export local' >&2)
}

case $target in
    lines | reader)
        module BatchCore
        module JSONLines
        campaign=Sources/Campaign/Fuzzing
        sources=("$campaign/LineReference.swift")
        if [ "$target" = lines ]; then
            g++ -std=c++17 -O2 -fPIC -shared -o "$build/line-oracle.so" Tests/Fuzz/line-oracle.cpp -lsimdjson
            export FUZZ_ORACLE=$build/line-oracle.so
            sources=("$campaign"/Line{Oracle,Comparison,Key}.swift)
        fi
        link "${sources[@]}" "Tests/Fuzz/$target.swift" "$build/JSONLines.o" "$build/BatchCore.o"
        ;;
    safetensors)
        tensors=Sources/Models/Safetensors
        link "$tensors"/{HalfPrecision,JSONParser,JSONValue,ReadableFile,Safetensors{File,Header},Tensor,TensorElement}.swift \
            Sources/Models/ModelError.swift Tests/Fuzz/safetensors.swift
        ;;
    *)
        echo "fuzz: there is no target '$target'; the head of $0 lists them" >&2
        exit 64
        ;;
esac

corpus=$build/$target.corpus
seeds=$build/$target.seeds
mkdir -p "$corpus" "$seeds"
/usr/bin/python3 scripts/fuzz-seeds.py "$target" "$seeds"
[ -d "Tests/Fuzz/$target.seeds" ] && cp "Tests/Fuzz/$target.seeds"/* "$seeds/"

export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
exec "$build/$target" -max_total_time="$seconds" -max_len=16384 -dict="Tests/Fuzz/$target.dict" -timeout=20 \
    -rss_limit_mb=4096 -artifact_prefix="$build/$target-" -print_final_stats=1 -verbosity=1 "${@:3}" "$corpus" "$seeds"
