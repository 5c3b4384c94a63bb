#!/bin/bash
# debian.sh [RELEASE]: the other Debian release (12 on 13, 13 on 12): builds this tree in a root made with debootstrap, runs the
# unit tests and `make run` there, publishes data/, and compares what came of it with what this machine makes of the same:
# identity and every row must be equal. Prints what it does; exit status 0 if all is well.
#
#   RELEASE           bookworm or trixie; default: the one that this machine is not
#   VHOD_ROOTS        where roots are kept between runs; default /var/tmp/vhod-roots (1 GB each)
#   BUILD             where this machine's programs are; default build
#
# Needs root (chroot, mounts), and the mirror that this machine's own apt uses. What runs in the root ends with this script
# (a process namespace of its own); nothing is left but the root.
set -euo pipefail
shopt -s inherit_errexit

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BUILD:-$top/build}
when=1795262400 # 2026-11-21: both publish at the same moment, so that even times are equal
# shellcheck source=/dev/null
here=$(. /etc/os-release && echo "$VERSION_CODENAME")
release=${1:-$([ "$here" = bookworm ] && echo trixie || echo bookworm)}
roots=${VHOD_ROOTS:-/var/tmp/vhod-roots}
root=$roots/$release
work=$(mktemp -d "${TMPDIR:-/tmp}/vhod-debian.XXXXXX")
trap 'rm -rf "$work"' EXIT

say() { printf '== %s\n' "$*"; }
fail() { printf 'debian.sh: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "needs root"
[[ $release == bookworm || $release == trixie ]] || fail "bookworm or trixie"

# The archive that apt takes Debian from, here; no address stands in this script.
mirror() {
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

make_root() {
    local from
    from=$(mirror)
    [ -n "$from" ] || fail "apt knows no Debian archive on this machine"
    say "making a root of $release in $root"
    rm -rf "$root.new"
    mkdir -p "$roots"
    debootstrap --variant=minbase "$release" "$root.new" "$from" >"$work/debootstrap.log" 2>&1 ||
        { tail -n 5 "$work/debootstrap.log" >&2; fail "debootstrap failed"; }
    mv "$root.new" "$root"
}

# Runs a command in the root. Its mounts are in a namespace of their own, and so are its processes: all end with it.
inside() { # COMMAND
    # shellcheck disable=SC2016  # for the inner shell
    unshare --mount --pid --fork --kill-child bash -c '
        set -e
        mount --make-rprivate /
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
        exec chroot "$1" env -i HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -euo pipefail -c "$2"' \
        inside "$root" "cd /srv/vhod; $1" </dev/null
}

# What git would give away, and what is new and not ignored; without what an earlier run left of older trees.
copy_tree() {
    mkdir -p "$root/srv/vhod"
    find "$root/srv/vhod" -path "$root/srv/vhod/build" -prune -o -type f -print0 | xargs -0r rm -f --
    # shellcheck disable=SC2016  # for the inner shell
    (cd "$top" && git ls-files -z --cached --others --exclude-standard | xargs -0 -I{} sh -c '[ ! -e "$1" ] || printf "%s\0" "$1"' _ {} |
        tar --null -T - -cf -) | tar -C "$root/srv/vhod" -xmf -
}

publish_here() {
    VHOD_NOW=$when VHOD_SETTINGS=$top/data/vhod.ini VHOD_PATH_DATA=$top/data VHOD_PATH_STATE=$work/here \
        "$build/bin/vhod" publish
}

# Everything but how SQLite keeps the full text and what it knows of its tables.
dump() {
    sqlite3 "$1" .dump | grep -Ev "^INSERT INTO ('search_text|\"?search_text|sqlite_stat1|sqlite_schema|meta VALUES\\('whole')"
}

# shellcheck disable=SC2016  # for the shell in the root
run_site='
    : >/tmp/site
    make --no-print-directory run PORT=auto >/tmp/site 2>/tmp/site.err &
    site=$!
    for try in {1..600}; do
        url=$(sed -n "s|^vhod: http://127.0.0.1:\([0-9]*\)/.*|\1|p" /tmp/site)
        [ -z "$url" ] || break
        kill -0 $site 2>/dev/null || { cat /tmp/site.err >&2; exit 1; }
        sleep 0.2
    done
    for path in / /region/ru-alt /q/7 /guides /directory.csv "/search?q=22"; do
        exec 3<>"/dev/tcp/127.0.0.1/$url"
        printf "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n" "$path" >&3
        read -r -t 10 _ status _ <&3
        echo "$path $status"
        [ "$status" = 200 ]
        exec 3<&-
    done
    kill -TERM $site
    wait $site || :'

for package in debootstrap sqlite3; do "$top/cgi-bin/ops/packages.sh" "$package"; done
[ -x "$build/bin/vhod" ] || fail "$build/bin/vhod is not there; run make first"
[ -e "$root/etc/os-release" ] || make_root
cp /etc/resolv.conf "$root/etc/resolv.conf"
copy_tree
bad=0
say "make check on $release"
inside 'command -v make >/dev/null || { apt-get -qq update; apt-get -qq install -y --no-install-recommends make >/dev/null 2>&1; }
    VHOD_TEST_LIMIT=900 make --no-print-directory check' || bad=1
say "make run on $release"
inside "$run_site"
say "what both publish"
inside "rm -rf /srv/state; VHOD_NOW=$when VHOD_PATH_STATE=/srv/state build/bin/vhod publish --data data" | tee "$work/there.out"
publish_here | tee "$work/here.out"
cmp "$work/here.out" "$work/there.out" || fail "the identities differ"
dump "$root/srv/state/directory.db" >"$work/there.sql"
dump "$work/here/directory.db" >"$work/here.sql"
diff "$work/here.sql" "$work/there.sql" | head -n 40 | cut -c1-300
cmp -s "$work/here.sql" "$work/there.sql" || fail "what is published differs between $here and $release"
"$build/bin/vhod" verify "$root/srv/state/directory.db"
[ "$(wc -l <"$work/here.sql")" -gt 1000 ] || fail "the dump is too short to tell anything"
say "$here and $release agree: $(wc -l <"$work/here.sql") lines of SQL"
[ "$bad" -eq 0 ] || fail "unit tests failed on $release"
