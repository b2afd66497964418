#!/bin/bash
# Runs the C kernels under the address and undefined behaviour sanitizers: all instruction sets of this machine,
# AVX-512 lowered to AVX2, and NEON under qemu-aarch64 with traps in place of the sanitizers' library.
#
# Usage: scripts/sanitize-kernels.sh [CLANG]. Fails at the first report.
set -euo pipefail
cd "$(dirname "$0")/.."

clang=${1:-clang}
tests=$PWD/scripts/kernel-tests
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cp -r Sources/CKernels "$build/kernels"
cd "$build/kernels"
# Every access carries its checks: what is unrolled whole would compile for minutes.
sed -i 's/_Pragma("clang loop unroll([a-z]*)")//' gemm/*.h attention/*.h simd/*.h
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_init_order=1
flags=(-O1 -g -Wall -Wextra -Werror -Wno-psabi -D_GNU_SOURCE -Iinclude -fno-omit-frame-pointer)
sanitizers=(-fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all)
# The gold linker warns of every symbol of the sanitizers that it does not need.
link=(-fuse-ld=lld)
traps=(-fsanitize=undefined,float-cast-overflow -fsanitize-trap=all)
mapfile -t all < <(find . -name '*.c')
shared=(attention/scratch.c pack_rows/panel_bytes.c softmax_f64/portable.c)

# The row kernels of one instruction set.
row_files() {
    local operation
    for operation in embed layer_norm pack_rows attention; do
        echo "$operation/$1.c"
    done
}

run() {
    local name=$1
    shift
    echo "$name:"
    "$@"
}

for test in matrix linear; do
    "$clang" "${link[@]}" "${flags[@]}" "${sanitizers[@]}" "$tests/$test.c" "${all[@]}" -lm -o "$build/$test"
    run "$test, native" "$build/$test"
done
for set in portable avx2; do
    [ "$(uname -m)" = x86_64 ] || continue
    mapfile -t files < <(row_files "$set")
    "$clang" "${link[@]}" "${flags[@]}" "${sanitizers[@]}" "-DISA=$set" "$tests/rows.c" "${files[@]}" \
        "${shared[@]}" -o "$build/rows"
    run "rows, $set" "$build/rows"
done

cross=(--target=aarch64-linux-gnu -static "${link[@]}")
if command -v qemu-aarch64 > /dev/null && command -v aarch64-linux-gnu-gcc > /dev/null; then
    for test in matrix linear; do
        "$clang" "${cross[@]}" "${flags[@]}" "${traps[@]}" "$tests/$test.c" "${all[@]}" -lm -o "$build/$test"
        for cpu in max cortex-a53; do
            run "$test, aarch64 $cpu, undefined behaviour only" qemu-aarch64 -cpu "$cpu" "$build/$test"
        done
    done
    mapfile -t files < <(row_files neon)
    "$clang" "${cross[@]}" "${flags[@]}" "${traps[@]}" -ffreestanding -fno-stack-protector -nostdlib -DISA=neon \
        -I "$tests/freestanding" "$tests/rows.c" "${files[@]}" "${shared[@]}" -o "$build/rows"
    run "rows, neon, undefined behaviour only" qemu-aarch64 "$build/rows"
else
    echo "neon: not run, qemu-user, gcc-aarch64-linux-gnu or libc6-dev-arm64-cross is missing"
fi

objects=()
for operation in embed layer_norm pack_rows attention; do
    objects+=("$build/$operation.o")
    "$clang" "${flags[@]}" "${sanitizers[@]}" -mavx2 -mfma -include "$tests/avx512-emulated.h" -x c -c \
        "$operation/$operation.inc.h" -o "$build/$operation.o"
done
"$clang" "${link[@]}" "${flags[@]}" "${sanitizers[@]}" -DISA=avx512 "$tests/rows.c" "${objects[@]}" "${shared[@]}" \
    -o "$build/rows"
run "rows, avx512 emulated" "$build/rows"

for set in avx512 avx512vnni avx512bf16; do
    cp "$tests/avx512-intrinsics.h" "simd/$set.h"
done
cp "$tests/avx512-table.c" table/table.c
echo '#define BK_IN_REGISTER(value) __asm__("" : "+m"(value))' > gemm/register.h
objects=()
for file in gemm/*.c gemm_*/avx512*.c pack_rows/panel_bytes.c table/table.c; do
    set=$(basename "$file" .c)
    objects+=("$build/${file//\//_}.o")
    "$clang" "${flags[@]}" "${sanitizers[@]}" -mavx2 -mfma -mf16c "-DBK_EMULATED=$set" -c "$file" -o "${objects[-1]}"
done
"$clang" "${link[@]}" "${flags[@]}" "${sanitizers[@]}" "$tests/matrix.c" "${objects[@]}" -lm -o "$build/avx512"
run "matrix, avx512 emulated" "$build/avx512"
echo "kernels: clean"
