#!/bin/bash
# Makes a Debian machine ready to build and test batchd. Does nothing where all is there.
set -euo pipefail

# What SwiftPM and clang need to build, then what the tests and the demo call or build.
packages=(
    git ca-certificates binutils g++ libc6-dev pkgconf libzstd-dev zlib1g-dev
    zstd python3 python3-jsonschema libsimdjson-dev
)
# What the toolchain's own tools load; looked at only where they do not start.
toolchain_packages=(libcurl4-openssl-dev libxml2-dev libsqlite3-dev tzdata)
swift_minimum=6.2

fail() {
    printf 'setup: %s\n' "$1" >&2
    exit 1
}

# Prints the packages of the list that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        if ! dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
            printf '%s\n' "$package"
        fi
    done
}

# Runs a command as root, through sudo where we are not; 77 where neither is possible.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        return 77
    fi
}

install_packages() {
    local command="apt-get update && apt-get install --yes --no-install-recommends $*"
    printf 'setup: installing %s\n' "$*"
    local status=0
    as_root env DEBIAN_FRONTEND=noninteractive bash -c "$command" || status=$?
    case $status in
        0) ;;
        77) fail "these packages are missing and installing them needs root: $*
setup: type this as root, then try again:
    $command" ;;
        *) fail "apt-get could not install: $*
setup: see its messages above, then try again:
    $command" ;;
    esac
}

check_packages() {
    command -v dpkg-query >/dev/null || {
        printf 'setup: no dpkg here; batchd needs what Debian calls: %s\n' "${packages[*]}" >&2
        return
    }
    local missing
    mapfile -t missing < <(missing_packages "${packages[@]}")
    if [ "${#missing[@]}" -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
}

check_swift() {
    local advice="Swift $swift_minimum or later is needed; get it from https://www.swift.org/install/linux/
setup: (swiftly installs it: 'swiftly install latest') and put its usr/bin into PATH"
    command -v swift >/dev/null || fail "no 'swift' in PATH. $advice"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "'swift --version' names no version. $advice"
    if [ "$(printf '%s\n' "$swift_minimum" "$version" | sort -V | head -n 1)" != "$swift_minimum" ]; then
        fail "Swift $version is too old. $advice"
    fi
}

check_toolchain() {
    swift package --version >/dev/null 2>&1 && return
    install_packages "${toolchain_packages[@]}"
    swift package --version >/dev/null || fail "'swift package' does not start; its message is above"
}

check_packages
check_swift
check_toolchain
