#!/bin/bash
# Builds the campaign's binary in a copy of the checkout.
#
#   scripts/build-mutants.sh CHECKOUT COPY copy     makes the copy, with what was built where that is of use
#   scripts/build-mutants.sh CHECKOUT COPY build    builds COPY/.build/release/torture
#
# What SwiftPM has built is of use only at the path where it was built. Root therefore puts the copy in the checkout's
# place, in a mount namespace of its own, and has but the changed modules built; others build all.
set -euo pipefail
checkout=$1
copy=$2
build=(swift build -c release --product torture --static-swift-stdlib --explicit-target-dependency-import-check error)

can_mount() {
    [ "$(id -u)" -eq 0 ] && unshare --mount --propagation private mount --bind "$copy" "$checkout" 2>/dev/null
}

case $3 in
copy)
    mkdir -p "$copy"
    if can_mount; then
        # In a format that keeps the nanoseconds of times, by which SwiftPM knows what has changed.
        tar --format=posix --exclude='./.build/*/debug' -C "$checkout" -cf - . | tar -C "$copy" -xf -
        exit
    fi
    (cd "$checkout" && git ls-files -z | xargs -0 cp -a --parents -t "$copy")
    mkdir -p "$copy/.build"
    for made in checkouts repositories workspace-state.json; do
        [ ! -e "$checkout/.build/$made" ] || cp -a "$checkout/.build/$made" "$copy/.build"
    done
    ;;
build)
    # The lock that keeps two builds of one place apart lies in the temporary directory.
    export TMPDIR=$copy/.build
    if can_mount; then
        # shellcheck disable=SC2016
        exec unshare --mount --propagation private bash -c \
            'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"' build "$copy" "$checkout" "${build[@]}"
    fi
    cd "$copy"
    exec "${build[@]}"
    ;;
*)
    echo "build-mutants: '$3' is neither copy nor build" >&2
    exit 64
    ;;
esac
