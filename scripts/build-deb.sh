#!/bin/bash
# Makes the Debian package dist/batchd_VERSION_ARCHITECTURE.deb out of a release binary and deploy/.
#
#   scripts/build-deb.sh [BINARY]          default: .build/release/batchd; `make deb` builds that first
#
# VERSION overrides the version, SOURCE_DATE_EPOCH the time of all that is inside, DEBFULLNAME and DEBEMAIL the
# maintainer, COMPRESSION xz (a minute). The same binary, sources, version and time give the same bytes. Wants dpkg-dev;
# no part of it needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${1:-.build/release/batchd}
changelog=deploy/debian/changelog

fail() {
    printf 'build-deb: %s\n' "$1" >&2
    exit 1
}

[ -x "$binary" ] || fail "no binary at '$binary'; type: make build"
for tool in dpkg-deb dpkg-shlibdeps dpkg-parsechangelog; do
    command -v "$tool" >/dev/null || fail "$tool is missing; type: apt-get install dpkg-dev"
done

# A build between two versions sorts after the one before, by the time and name of its commit.
version() {
    local base exact
    base=$(dpkg-parsechangelog -l "$changelog" -S Version)
    exact=$(git describe --exact-match --tags 2>/dev/null || true)
    if [ "$exact" = "v$base" ] || ! git rev-parse --quiet --verify HEAD >/dev/null 2>&1; then
        echo "$base"
    else
        git show -s --date=format-local:%Y%m%d.%H%M%S --format="$base+%cd.%h" HEAD
    fi
}

export TZ=UTC LC_ALL=C.UTF-8
umask 022
version=${VERSION:-$(version)}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git show -s --format=%ct HEAD 2>/dev/null ||
    dpkg-parsechangelog -l "$changelog" -S Timestamp)}
export SOURCE_DATE_EPOCH
architecture=$(dpkg --print-architecture)
maintainer=$(dpkg-parsechangelog -l "$changelog" -S Maintainer)
[ -z "${DEBEMAIL:-}" ] || maintainer="${DEBFULLNAME:-batchd} <$DEBEMAIL>"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package=$work/package

place() { # MODE SOURCE TARGET
    install -D -m "$1" "$2" "$package/$3"
}

compressed() { # SOURCE TARGET
    mkdir -p "$package/$(dirname "$2")"
    gzip -9n < "$1" > "$package/$2"
}

program() {
    place 755 "$binary" usr/bin/batchd
    strip --strip-unneeded --remove-section=.comment --remove-section=.note "$package/usr/bin/batchd"
    place 755 deploy/systemd/prepare-queues usr/lib/batchd/prepare-queues
}

manuals() {
    local page
    scripts/make-manuals.py "$binary" "$work/manuals" --version "${version%%+*}" \
        --date "$(date -d "@$SOURCE_DATE_EPOCH" +%F)"
    for page in "$work"/manuals/*; do compressed "$page" "usr/share/man/man${page##*.}/$(basename "$page").gz"; done
}

completions() {
    local shell
    for shell in bash zsh fish; do "$binary" --generate-completion-script "$shell" > "$work/$shell"; done
    # A completion is read by a shell and not run, whatever its first line says.
    sed -i '1{/^#!/d}' "$work/bash"
    place 644 "$work/bash" usr/share/bash-completion/completions/batchd
    place 644 "$work/zsh" usr/share/zsh/vendor-completions/_batchd
    place 644 "$work/fish" usr/share/fish/vendor_completions.d/batchd.fish
}

units() {
    local unit service
    for unit in batchd.service batchd-nightly.service batchd-nightly.timer; do
        place 644 "deploy/systemd/$unit" "usr/lib/systemd/system/$unit"
    done
    for service in batchd batchd-nightly; do
        place 644 deploy/systemd/sandbox.conf "usr/lib/systemd/system/$service.service.d/10-sandbox.conf"
    done
    place 644 deploy/systemd/batchd.sysusers usr/lib/sysusers.d/batchd.conf
    place 644 deploy/systemd/batchd.tmpfiles usr/lib/tmpfiles.d/batchd.conf
}

# The files that a new root starts with are those of `batchd init`: every key with its default, commented out.
configuration() {
    "$binary" init --quiet "$work/root"
    place 644 "$work/root/batchd.yaml" etc/batchd/batchd.yaml
    place 644 "$work/root/spool/sentiment/queue.yaml" etc/batchd/queues/sentiment.yaml
    mkdir -p "$package/DEBIAN"
    (cd "$package" && find etc -type f -printf '/%p\n' | sort) > "$package/DEBIAN/conffiles"
}

documents() {
    local document
    place 644 deploy/debian/lintian-overrides usr/share/lintian/overrides/batchd
    place 644 deploy/debian/copyright usr/share/doc/batchd/copyright
    compressed "$changelog" usr/share/doc/batchd/changelog.gz
    # As in the repository and not compressed, so that the links among them lead somewhere.
    for document in $(find README.md docs schemas spool/README.md models/sentiment/README.md -type f | sort); do
        place 644 "$document" "usr/share/doc/batchd/$document"
    done
}

# What Debian packages the binary's libraries come from, and from which version on.
dependencies() {
    mkdir -p "$work/debian"
    printf 'Source: batchd\n\nPackage: batchd\nArchitecture: any\n' > "$work/debian/control"
    (cd "$work" && dpkg-shlibdeps -O --ignore-missing-info -e"$package/usr/bin/batchd") |
        sed -n 's/^shlibs:Depends=//p'
}

control() {
    local size script
    size=$(du -sk --apparent-size --exclude=DEBIAN "$package" | cut -f1)
    sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@MAINTAINER@|$maintainer|" \
        -e "s|@SIZE@|$size|" -e "s|@DEPENDS@|$(dependencies)|" deploy/debian/control > "$package/DEBIAN/control"
    for script in preinst postinst prerm postrm; do place 755 "deploy/debian/$script" "DEBIAN/$script"; done
    (cd "$package" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$package/DEBIAN/md5sums"
}

program
manuals
completions
units
configuration
documents
control
# dpkg-deb takes times back to SOURCE_DATE_EPOCH and none forward.
find "$package" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
mkdir -p dist
dpkg-deb --root-owner-group "-Z${COMPRESSION:-xz}" --build "$package" dist
