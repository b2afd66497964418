#!/bin/bash
# Runs the matrix products of processors that are not at hand: AVX-512 lowered to AVX2 with its special instructions
# written out, NEON with and without the dot product under qemu-aarch64; and this machine's own.
#
# Needs qemu-user, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross. Usage: scripts/test-kernels-emulated.sh [CLANG]
set -euo pipefail
cd "$(dirname "$0")/.."

clang=${1:-clang}
tests=$PWD/scripts/kernel-tests
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cp -r Sources/CKernels "$build/kernels"
cd "$build/kernels"
flags=(-O3 -Wall -Wextra -Werror -Wno-psabi -D_GNU_SOURCE -Iinclude)
mapfile -t all < <(find . -name '*.c')

"$clang" "${flags[@]}" "$tests/matrix.c" "${all[@]}" -lm -o "$build/native"
"$build/native"

for cpu in max cortex-a53; do
    command -v qemu-aarch64 > /dev/null && command -v aarch64-linux-gnu-gcc > /dev/null || {
        echo "neon: not run, qemu-user or gcc-aarch64-linux-gnu is missing"
        break
    }
    [ -e "$build/aarch64" ] || "$clang" --target=aarch64-linux-gnu -static -fuse-ld=lld "${flags[@]}" \
        "$tests/matrix.c" "${all[@]}" -lm -o "$build/aarch64"
    echo "aarch64, $cpu:"
    qemu-aarch64 -cpu "$cpu" "$build/aarch64"
done

echo "avx512, emulated:"
for set in avx512 avx512vnni avx512bf16; do
    cp "$tests/avx512-intrinsics.h" "simd/$set.h"
done
cp "$tests/avx512-table.c" table/table.c
echo '#define BK_IN_REGISTER(value) __asm__("" : "+m"(value))' > gemm/register.h
objects=()
for file in gemm/*.c gemm_*/avx512*.c pack_rows/panel_bytes.c table/table.c; do
    set=$(basename "$file" .c)
    objects+=("$build/${file//\//_}.o")
    "$clang" "${flags[@]}" -O1 -mavx2 -mfma -mf16c "-DBK_EMULATED=$set" -c "$file" -o "${objects[-1]}"
done
"$clang" "${flags[@]}" "$tests/matrix.c" "${objects[@]}" -lm -o "$build/avx512"
"$build/avx512"
