#!/bin/bash
# Tries the Debian package on a fresh system with a real systemd: installs it, drops files as a sender, kills the
# daemon, upgrades under load, collects as an analyst, runs the timer in place of the daemon, removes, purges.
#
#   scripts/test-deb.sh [PACKAGE] [MIRROR]     default: the newest of dist/, and the mirror that this machine's apt has
#
# WORK names a directory for the fresh system (default: a temporary one), SUITE the release (default: this machine's).
# It wants root for namespaces and chroot, debootstrap, and a network for Debian's packages; without root it says so
# and ends with 0. Nothing outside WORK is changed.
set -euo pipefail
cd "$(dirname "$0")/.."

package=${1:-$(ls -t dist/batchd_*.deb 2>/dev/null | head -1)}
mirror=${2:-}
suite=${SUITE:-$(. /etc/os-release && echo "${VERSION_CODENAME:-}")}
# What keeps the daemon busy for a second or two, and for longer than an upgrade takes.
records=400000
many_records=3000000

fail() {
    printf 'test-deb: FAILED: %s\n' "$1" >&2
    [ ! -d "${root:-/nonexistent}" ] || inside journalctl --no-pager -n 40 >&2 2>/dev/null || true
    exit 1
}

skip() {
    printf 'test-deb: skipped: %s\n' "$1"
    exit 0
}

passed() { printf 'ok  %s\n' "$1"; }

[ "$(id -u)" = 0 ] || skip "needs root, to make namespaces and a fresh Debian"
command -v debootstrap >/dev/null || skip "needs debootstrap; type: apt-get install debootstrap"
[ -f "$package" ] || fail "no package; type: make deb"
if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
        awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')
    [ -n "$mirror" ] || fail "apt knows no mirror with '$suite main'; name one: scripts/test-deb.sh PACKAGE MIRROR"
fi

if [ -n "${WORK:-}" ]; then
    mkdir -p "$WORK"
    work=$(realpath "$WORK")
    keep=yes
else
    work=$(mktemp -d)
    keep=no
fi
root=$work/root
machine=

clean_up() {
    [ -z "$machine" ] || kill -KILL "$machine" 2>/dev/null || true
    [ -z "$machine" ] || wait "$machine" 2>/dev/null || true
    # A former system is not removed through a mount.
    if ! grep -q " $work" /proc/mounts; then
        rm -rf "$root"
        [ "$keep" = yes ] || rm -rf "$work"
    fi
}
trap clean_up EXIT

# MARK: The system

bootstrap() {
    if [ ! -d "$work/base" ]; then
        debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,procps,zstd,man-db,jq \
            "$suite" "$work/base.new" "$mirror" > "$work/debootstrap.log" 2>&1 ||
            fail "debootstrap of '$suite' from '$mirror'; see $work/debootstrap.log"
        mv "$work/base.new" "$work/base"
    fi
    rm -rf "$root"
    cp -a "$work/base" "$root"
    cp "$package" "$root/root/batchd.deb"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    echo batchd-test > "$root/etc/hostname"
    # A machine that has just been made asks nobody questions and waits for no network.
    : > "$root/etc/machine-id"
    ln -sf /dev/null "$root/etc/systemd/system/systemd-udevd.service"
    cat > "$root/boot.sh" <<'BOOT'
#!/bin/bash
# The first process of the namespaces: builds the mounts of a container around systemd and becomes it.
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 cgroup sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=755 dev dev
for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "dev/${device%:*}" c 1 "${device#*:}"; done
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir -p .former
pivot_root . .former
umount -l .former
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=batchd-test \
    /lib/systemd/systemd --system --log-target=console --show-status=no
BOOT
    chmod +x "$root/boot.sh"
}

boot() {
    unshare --kill-child --pid --fork --mount --uts --ipc --cgroup --propagation private \
        "$root/boot.sh" "$root" > "$work/console.log" 2>&1 < /dev/null &
    machine=$!
    local init=
    await 60 "the first process" test_of_init
    init=$(pgrep -P "$machine" | head -1)
    printf '%s' "$init" > "$work/init.pid"
    await 120 "systemd" is_booted
}

test_of_init() { [ -n "$(pgrep -P "$machine" | head -1)" ]; }

inside() { nsenter -t "$(cat "$work/init.pid")" --all -- env -i -C / PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"; }
as() { local user=$1; shift; inside setpriv --reuid "$user" --regid "$user" --init-groups "$@"; }
is_booted() { inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; }

# Asks until it is so: what is waited for has no event that a shell could wait on.
await() { # SECONDS WORDS COMMAND…
    local seconds=$1 words=$2 end
    shift 2
    end=$((SECONDS + seconds))
    until "$@" > /dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "waited $seconds s for $words"
        sleep 0.2
    done
}

expect() { # WORDS COMMAND…
    local words=$1
    shift
    "$@" > /dev/null 2>&1 || fail "$words: $*"
    passed "$words"
}

refuse() { # WORDS COMMAND…
    local words=$1
    shift
    ! "$@" > /dev/null 2>&1 || fail "$words: $*"
    passed "$words"
}

# MARK: What the users do

spool=/var/lib/batchd/spool/sentiment
outbox=/var/lib/batchd/outbox/sentiment

# Drops a file of so many records the way that ETL must; the sender may do nothing else.
drop() { # NAME RECORDS
    as etl bash -euc "
        seq $2 | sed 's/.*/{\"id\":\"$1-&\",\"text\":\"This is wonderful, number &.\"}/' |
            zstd -q --check -c > $spool/incoming/.$1.part
        mv $spool/incoming/.$1.part $spool/incoming/$1.jsonl.zst"
}

is_published() { inside test -e "$outbox/$1/_SUCCESS"; }
is_under_way() { inside bash -c "[ -n \"\$(ls $spool/jobs/$1/shard.* 2>/dev/null)\" ]"; }
is_active() { inside systemctl is-active --quiet "$1"; }
main_process() { inside systemctl show -p MainPID --value batchd.service; }

# The analyst sees every record once, in order, and that the files are those of the manifest.
collect() { # NAME RECORDS
    local seen
    as analyst test -r "$outbox/$1/manifest.json" || fail "the analyst cannot read $1"
    seen=$(as analyst bash -euo pipefail -c "
        zstd -dcq $outbox/$1/results.jsonl.zst | cut -d '\"' -f 4 | sha256sum")
    [ "$seen" = "$(seq "$2" | sed "s/^/$1-/" | sha256sum)" ] || fail "records of $1 are lost, doubled or out of order"
    as analyst bash -euo pipefail -c "
        cd $outbox/$1
        jq -r '.files[] | \"\(.sha256)  \(.name)\"' manifest.json | sha256sum --check --quiet --strict" ||
        fail "$1 is not what its manifest says"
    passed "the analyst reads $1: $2 records, each once, in order, as its manifest says"
}

published_once() { # NAME…
    local name
    for name in "$@"; do
        [ "$(inside bash -c "ls -d $outbox/$name* | wc -l")" = 1 ] || fail "$name was published more than once"
    done
    passed "nothing was published twice: $*"
}

# MARK: The trials

# What Debian says of the package as a file.
lints() {
    if ! command -v lintian > /dev/null; then
        echo "test-deb: lintian is skipped: it is not installed; type: apt-get install lintian"
        return
    fi
    lintian --allow-root --fail-on error "$package" > "$work/lintian.log" 2>&1 ||
        fail "lintian; see $work/lintian.log"
    passed "lintian finds no error"
}

# What pages link to, and what manual pages and messages name, is in the package.
documents() {
    local named missing
    rm -rf "$work/unpacked"
    dpkg-deb -x "$package" "$work/unpacked"
    scripts/check-docs.py --links "$work/unpacked/usr/share/doc/batchd" || fail "links in the package lead nowhere"
    passed "no link in $(find "$work/unpacked/usr/share/doc/batchd" -name '*.md' | wc -l) pages leads nowhere"
    named=$(zcat "$work"/unpacked/usr/share/man/man*/* | sed -E 's/\\f.//g; s/\\//g' |
        grep -ohE '(docs|schemas)/[A-Za-z0-9/._-]*[A-Za-z0-9]' | sort -u)
    [ -n "$named" ] || fail "no manual page names a document"
    missing=$(for file in $named; do [ -e "$work/unpacked/usr/share/doc/batchd/$file" ] || echo "$file"; done)
    [ -z "$missing" ] || fail "manual pages name what the package does not have: $missing"
    passed "manual pages name $(wc -w <<< "$named") documents, and all are there"
    rm -rf "$work/unpacked"
}

installs() {
    inside bash -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install /root/batchd.deb' \
        > "$work/install.log" 2>&1 || fail "apt-get install; see $work/install.log"
    passed "apt-get install, of $(inside dpkg-query -W batchd | tr '\t' ' ') on $(inside cat /etc/debian_version)"
    expect "the daemon runs and is ready" is_active batchd.service
    expect "it starts at boot" inside systemctl is-enabled --quiet batchd.service
    refuse "the timer does not" inside systemctl is-enabled --quiet batchd-nightly.timer
    expect "the binary runs" inside batchd --version
    inside bash -c 'man -w batchd batchd-run batchd-submit batchd-models-add queue.yaml.5 batchd.yaml.5' > /dev/null 2>&1 ||
        fail "manual pages are missing"
    passed "manual pages: $(inside bash -c 'dpkg -L batchd | grep -c /man/man') are installed"
    inside useradd --create-home --groups batchd-etl etl
    inside useradd --create-home --groups batchd-analysts analyst
    inside useradd --create-home stranger
}

# What a fresh installation has, nobody need be told to mend.
diagnoses() {
    local user
    for user in root batchd; do
        as "$user" batchd doctor --brief > "$work/doctor.log" 2>&1 || fail "doctor as $user; see $work/doctor.log"
        ! grep -E '^ +(error|warning) .*(queue|batchd)\.yaml' "$work/doctor.log" || fail "doctor as $user has words"
        passed "doctor as $user finds no error in a fresh installation"
    done
    inside bash -c 'echo "model: sentiment" > /etc/batchd/queues/news.yml'
    inside batchd config check | grep -q '^/etc/batchd/queues/news.yml: is not read' || fail "config check ignores news.yml"
    passed "config check names a file that ends in .yml"
    inside rm /etc/batchd/queues/news.yml
    inside chmod 600 /etc/batchd/queues/sentiment.yaml
    refuse "config check as root refuses what the daemon may not read" inside batchd config check
    inside chmod 644 /etc/batchd/queues/sentiment.yaml
    expect "and is content once it may" inside batchd config check
}

# An image that is being built has neither /proc nor a running systemd.
installs_into_image() {
    rm -rf "$work/image"
    cp -a "$work/base" "$work/image"
    cp "$package" "$work/image/root/batchd.deb"
    ! grep -q " $work/image" /proc/mounts || fail "something is mounted in the image"
    chroot "$work/image" dpkg -i /root/batchd.deb > "$work/image.log" 2>&1 || fail "dpkg -i; see $work/image.log"
    passed "it installs into an image without /proc"
    rm -rf "$work/image"
}

verifies() {
    local unit exposure
    inside systemd-analyze verify --recursive-errors=yes /usr/lib/systemd/system/batchd.service \
        /usr/lib/systemd/system/batchd-nightly.service /usr/lib/systemd/system/batchd-nightly.timer \
        > "$work/verify.log" 2>&1 || fail "systemd-analyze verify; see $work/verify.log"
    # Of other packages' units it may have something to say.
    ! grep -i batchd "$work/verify.log" || fail "systemd-analyze verify has words about batchd"
    passed "systemd-analyze verify --recursive-errors=yes says nothing"
    for unit in batchd.service batchd-nightly.service; do
        exposure=$(inside bash -c "cd /usr/lib/systemd/system && systemd-analyze security --offline=true --no-pager ./$unit" |
            sed -n 's/.*exposure level for .*: \([0-9.]*\).*/\1/p')
        awk -v value="$exposure" 'BEGIN { exit !(value != "" && value <= 1.5) }' ||
            fail "systemd-analyze security of $unit: $exposure"
        passed "systemd-analyze security of $unit: $exposure, at most 1.5"
    done
}

rights() {
    [ "$(inside stat -c '%a %U %G' $spool/incoming)" = "3730 batchd batchd-etl" ] || fail "rights of incoming"
    passed "incoming/ is 3730 batchd batchd-etl"
    refuse "the sender cannot list incoming/" as etl ls $spool/incoming
    refuse "the sender cannot read the outbox" as etl ls /var/lib/batchd/outbox
    refuse "the sender cannot write anywhere else" as etl touch $spool/claimed/x
    refuse "the sender cannot read a queue's configuration below the root" as etl ls $spool
    refuse "the analyst cannot write results" as analyst touch $outbox/x
    refuse "the analyst cannot drop files" as analyst touch $spool/incoming/x.jsonl
    refuse "a stranger cannot drop files" as stranger touch $spool/incoming/x.jsonl
    refuse "a stranger cannot read results" as stranger ls $outbox
    expect "the analyst asks for the status, naming no root" as analyst batchd status
}

answers() {
    drop first 1000
    await 60 "first to be published" is_published first
    collect first 1000
    expect "the journal has a line for the job, with its priority" inside bash -c \
        'journalctl -u batchd.service -p 6..6 -o cat | grep -q "^info job published.*sentiment/first"'
    inside systemctl show -p StatusText --value batchd.service | grep -q 'nothing under way' || fail "no status line"
    passed "systemctl status says: $(inside systemctl show -p StatusText --value batchd.service)"
}

reloads() {
    inside bash -c 'printf "model: sentiment\noutput: { fields: [label] }\n" > /etc/batchd/queues/news.yaml'
    inside systemctl reload batchd.service
    await 30 "the new queue" inside test -d /var/lib/batchd/spool/news/claimed
    passed "a new file in /etc/batchd/queues and a reload make a queue"
    spool=/var/lib/batchd/spool/news drop headline 1
    await 60 "headline to be published" inside test -e /var/lib/batchd/outbox/news/headline/_SUCCESS
    [ "$(as analyst zstd -dcq /var/lib/batchd/outbox/news/headline/results.jsonl.zst)" = '{"label":"positive"}' ] ||
        fail "the new queue's configuration was not taken"
    passed "it answers as its file says"
    inside rm /etc/batchd/queues/news.yaml
    inside systemctl reload batchd.service
    refuse "a file that is removed makes it none" inside test -e /var/lib/batchd/spool/news/queue.yaml
    expect "and leaves its results" inside test -e /var/lib/batchd/outbox/news/headline/_SUCCESS
}

survives_kills() {
    local process
    drop killed "$records"
    await 60 "killed to be under way" is_under_way killed
    process=$(main_process)
    inside kill -KILL "$process"
    await 60 "another daemon" another_process "$process"
    refuse "kill -9 came while the job was under way" is_published killed
    await 300 "killed to be published" is_published killed
    collect killed "$records"
}

another_process() { [ "$(main_process)" != "$1" ] && [ "$(main_process)" != 0 ] && is_active batchd.service; }

# An engine that stands still beside a parent that lives is no service.
is_watched() {
    local process
    inside mkdir -p /run/systemd/system/batchd.service.d
    inside bash -c 'printf "[Service]\nWatchdogSec=6\n" > /run/systemd/system/batchd.service.d/test.conf'
    inside systemctl daemon-reload
    inside systemctl restart batchd.service
    process=$(main_process)
    inside bash -c 'kill -STOP $(pgrep -P '"$process"')'
    await 60 "the watchdog" another_process "$process"
    [ "$(inside systemctl show -p NRestarts --value batchd.service)" -gt 0 ] || fail "it was not systemd that restarted"
    passed "an engine that hangs is noticed by the watchdog, and the service restarted"
    inside rm -r /run/systemd/system/batchd.service.d
    inside systemctl daemon-reload
    inside systemctl restart batchd.service
}

# The same package as a later version.
later_package() {
    rm -rf "$work/later"
    dpkg-deb -R "$package" "$work/later"
    sed -i 's/^Version: .*/&.1/' "$work/later/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone --build "$work/later" "$root/root/later.deb" > /dev/null
    rm -rf "$work/later"
}

upgrades() {
    local process
    later_package
    drop upgraded "$many_records"
    await 60 "upgraded to be under way" is_under_way upgraded
    process=$(main_process)
    inside dpkg -i /root/later.deb > "$work/upgrade.log" 2>&1 || fail "dpkg -i; see $work/upgrade.log"
    refuse "the upgrade came while the job was under way" is_published upgraded
    expect "the upgrade started the new daemon" another_process "$process"
    await 600 "upgraded to be published" is_published upgraded
    collect upgraded "$many_records"
    published_once first killed upgraded
}

runs_nightly() {
    inside systemctl disable --now batchd.service 2> /dev/null
    drop night 1000
    inside bash -c 'mkdir -p /etc/systemd/system/batchd-nightly.timer.d
        printf "[Timer]\nOnCalendar=\nOnCalendar=*:*:0/5\nAccuracySec=1s\n" > /etc/systemd/system/batchd-nightly.timer.d/test.conf
        systemctl daemon-reload'
    inside systemctl enable --now batchd-nightly.timer 2> /dev/null
    await 60 "night to be published" is_published night
    collect night 1000
    await 60 "the nightly run to end" inside bash -c '! systemctl is-active --quiet batchd-nightly.service'
    [ "$(inside systemctl show -p Result --value batchd-nightly.service)" = success ] || fail "the nightly run failed"
    passed "the timer's run ended with success"
    refuse "and the daemon does not run" is_active batchd.service
    inside dpkg -i /root/batchd.deb > "$work/downgrade.log" 2>&1 || fail "dpkg -i; see $work/downgrade.log"
    refuse "nor does another installation start it" is_active batchd.service
    expect "and the timer goes on" is_active batchd-nightly.timer
    inside systemctl start batchd.service
    refuse "starting the daemon stops the timer" is_active batchd-nightly.timer
    inside rm -r /etc/systemd/system/batchd-nightly.timer.d
    inside systemctl daemon-reload
}

# Says of what runs and what is enabled, in one line.
units_are() { # SERVICE TIMER, each as "active enabled"
    local unit seen
    for unit in batchd.service batchd-nightly.timer; do
        seen="$(inside systemctl is-active "$unit" || true) $(inside systemctl is-enabled "$unit" 2> /dev/null || true)"
        [ "$seen" = "$1" ] || return 1
        shift
    done
}

removed_and_installed() {
    inside apt-get -qq -y remove batchd > "$work/remove.log" 2>&1 || fail "apt-get remove; see $work/remove.log"
    inside bash -c 'DEBIAN_FRONTEND=noninteractive apt-get -qq -y install /root/batchd.deb' > "$work/return.log" 2>&1 ||
        fail "apt-get install after a removal; see $work/return.log"
}

upgraded() {
    inside dpkg -i /root/batchd.deb > "$work/upgrade.log" 2>&1 || fail "dpkg -i; see $work/upgrade.log"
}

# What an administrator enabled runs after a removal and an installation; what was stopped by hand stays so only over an
# upgrade, as it would not over a boot.
returns() {
    inside bash -c 'systemctl disable --now batchd-nightly.timer; systemctl enable --now batchd.service' 2> /dev/null
    removed_and_installed
    expect "removed and installed again, the daemon runs" units_are "active enabled" "inactive disabled"
    inside systemctl stop batchd.service
    upgraded
    expect "stopped by hand, an upgrade leaves it so" units_are "inactive enabled" "inactive disabled"
    inside bash -c 'systemctl disable batchd.service; systemctl enable --now batchd-nightly.timer' 2> /dev/null
    removed_and_installed
    expect "removed and installed again, an enabled timer runs" units_are "inactive disabled" "active enabled"
    inside systemctl disable --now batchd-nightly.timer 2> /dev/null
    removed_and_installed
    expect "removed and installed again, what is disabled stays so" units_are "inactive disabled" "inactive disabled"
    inside bash -c 'systemctl enable batchd.service; systemctl mask batchd.service' 2> /dev/null
    removed_and_installed
    refuse "removed and installed again, a masked daemon does not run" is_active batchd.service
    inside bash -c 'systemctl unmask batchd.service; systemctl enable --now batchd.service' 2> /dev/null
    inside bash -c "printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d"
    # Policy also keeps a removal from stopping it, so it is stopped before.
    inside systemctl stop batchd.service
    removed_and_installed
    refuse "removed and installed again, policy keeps the daemon from starting" is_active batchd.service
    inside bash -c 'rm /usr/sbin/policy-rc.d; systemctl start batchd.service'
}

purges() {
    inside bash -c 'echo "# mine" >> /etc/batchd/batchd.yaml'
    inside apt-get -qq -y remove batchd > "$work/remove.log" 2>&1 || fail "apt-get remove; see $work/remove.log"
    ! grep -i failed "$work/remove.log" || fail "apt-get remove has words; see $work/remove.log"
    refuse "removed, nothing of it runs" inside pgrep -x batchd
    expect "its configuration stays" inside grep -q mine /etc/batchd/batchd.yaml
    inside apt-get -qq -y purge batchd > "$work/purge.log" 2>&1 || fail "apt-get purge; see $work/purge.log"
    grep -q 'stay in /var/lib/batchd' "$work/purge.log" || fail "the purge does not say what stays"
    left=$(inside bash -c 'find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /var/log -o -path /root \
        -o -path /var/lib/batchd -o -path /home -o -path /var/mail -o -path /var/spool/mail -o -path /var/cache \) -prune \
        -o -name "*batchd*" -print')
    [ -z "$left" ] || fail "left after the purge: $left"
    is_published killed || fail "the purge took results away"
    passed "purged, nothing is left but $(inside bash -c 'find /var/lib/batchd -type f | wc -l') files of jobs and results, and the users that own them"
    inside rm -r /var/lib/batchd
    inside bash -c 'DEBIAN_FRONTEND=noninteractive apt-get -qq -y install /root/batchd.deb && apt-get -qq -y purge batchd' \
        > "$work/again.log" 2>&1 || fail "installed and purged again; see $work/again.log"
    refuse "purged before any job, nothing is left of the root" inside test -e /var/lib/batchd
}

echo "test-deb: $package on $suite"
lints
documents
bootstrap
installs_into_image
boot
passed "a fresh $suite has booted, systemd $(inside systemctl --version | sed -n '1s/systemd \([0-9]*\).*/\1/p')"
installs
diagnoses
verifies
rights
answers
reloads
survives_kills
is_watched
upgrades
runs_nightly
returns
purges
echo "test-deb: all is well"
