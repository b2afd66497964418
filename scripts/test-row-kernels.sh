#!/bin/bash
# Runs the row kernels that this machine lacks: AVX-512 lowered to AVX2, NEON and portable C under qemu-aarch64.
#
# Usage: scripts/test-row-kernels.sh [CLANG]
set -euo pipefail
cd "$(dirname "$0")/.."

clang=${1:-clang}
kernels=Sources/CKernels
tests=scripts/kernel-tests
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

operations=(embed layer_norm pack_rows attention)
shared=("$tests/rows.c" "$kernels"/attention/scratch.c "$kernels"/pack_rows/panel_bytes.c
    "$kernels"/softmax_f64/portable.c)
flags=(-O3 -Wall -Wextra -Werror -Wno-psabi -D_GNU_SOURCE -ffreestanding -fno-stack-protector -nostdlibinc
    -I "$kernels/include" -I "$tests/freestanding")
link=(-nostdlib -static -fuse-ld=lld)

# The files of one instruction set.
files() {
    local operation
    for operation in "${operations[@]}"; do
        echo "$kernels/$operation/$1.c"
    done
}

check() {
    local name=$1
    shift
    echo "$name: $("$@")"
}

for set in portable avx2; do
    mapfile -t sources < <(files "$set")
    "$clang" "${flags[@]}" "${link[@]}" "-DISA=$set" "${sources[@]}" "${shared[@]}" -o "$build/$set"
    check "$set" "$build/$set"
done

objects=()
for operation in "${operations[@]}"; do
    objects+=("$build/$operation.o")
    "$clang" "${flags[@]}" -mavx2 -mfma -include "$tests/avx512-emulated.h" -x c -c \
        "$kernels/$operation/$operation.inc.h" -o "$build/$operation.o"
done
"$clang" "${flags[@]}" "${link[@]}" -DISA=avx512 "${objects[@]}" "${shared[@]}" -o "$build/avx512"
check "avx512, emulated" "$build/avx512"

if ! command -v qemu-aarch64 > /dev/null; then
    echo "neon: not run, qemu-aarch64 is missing (apt install qemu-user)"
    exit 0
fi
for set in portable neon; do
    mapfile -t sources < <(files "$set")
    "$clang" --target=aarch64-linux-gnu "${flags[@]}" "${link[@]}" "-DISA=$set" "${sources[@]}" "${shared[@]}" \
        -o "$build/aarch64-$set"
    check "aarch64, $set" qemu-aarch64 "$build/aarch64-$set"
done
