#!/bin/bash
# package.sh --build DIR [--suite bookworm] [--root DIR]: the Debian packages of DIR/deb (make deb) in a clean Debian that
# debootstrap makes: install, publish with one command, answer through nginx and lighttpd, back up, upgrade, downgrade, restore,
# purge. Needs root and this machine's package mirror; takes some minutes. The last line is "N passed, N failed".
#
#   --suite NAME  which Debian; default bookworm
#   --root DIR    keeps the Debian there between runs; by default it is made and removed
#
# Nothing listens outside: what is started runs in a network namespace of its own, and ends with it. systemd does not run
# there; sockets and workers are started as its units say.
set -uo pipefail

build='' suite=bookworm root='' keep='' passed=0 failed=0
limit=900 # seconds for one step
while [ $# -ge 2 ]; do
    case $1 in
    --build) build=$(cd "$2" && pwd) ;;
    --suite) suite=$2 ;;
    --root) root=$2 keep=yes ;;
    *) echo "package.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
[ -n "$build" ] || { echo "package.sh: --build DIR is missing" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "package.sh: only root can make a Debian; skipped" >&2; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
if [ -z "$root" ]; then root=$(mktemp -d "${TMPDIR:-/tmp}/vhod-package.XXXXXX"); fi

mounted=''
cleanup() {
    [ -z "$mounted" ] || umount "$root/proc"
    [ -n "$keep" ] || rm -rf --one-file-system "$root"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# --- the Debian --------------------------------------------------------------------------------------------------------

# The mirror that this machine's apt uses; never written down.
mirror() {
    apt-get indextargets --format '$(CREATED_BY) $(SITE)' 2>/dev/null | sed -n 's/^Packages \(.*\)$/\1/p' | grep '/debian$' | head -n 1
}

in_root() { timeout -k 10 "$limit" chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

make_root() {
    if [ ! -e "$root/etc/debian_version" ]; then
        debootstrap --variant=minbase --include=systemd,ca-certificates,curl "$suite" "$root" "$(mirror)" >"$root.log" 2>&1 || {
            tail -5 "$root.log" >&2
            return 1
        }
        rm -f "$root.log"
    fi
    mount -t proc proc "$root/proc" && mounted=yes
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 0755 "$root/usr/sbin/policy-rc.d"
    in_root apt-get -qq update >/dev/null
    in_root apt-get -qq -y purge vhod vhod-nginx vhod-lighttpd >/dev/null 2>&1 || : # of a run that was broken off
}

# --- checks ------------------------------------------------------------------------------------------------------------

check() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >"$root/tmp/output" 2>&1; then
        passed=$((passed + 1))
        printf 'ok    %s\n' "$what"
    else
        failed=$((failed + 1))
        printf 'FAIL  %s\n' "$what"
        tail -15 "$root/tmp/output" | sed 's/^/      /'
    fi
}

install_debs() { # FILE...
    cp "$@" "$root/tmp/" && in_root apt-get -qq -y -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold --allow-downgrades --no-install-recommends install \
        "${@/#*\//./tmp/}"
}

# The same package under another version.
repack() { # FILE VERSION
    local work
    work=$(mktemp -d)
    dpkg-deb -R "$1" "$work/p" && sed -i "s/^Version: .*/Version: $2/" "$work/p/DEBIAN/control" &&
        dpkg-deb -b "$work/p" "$work/$(basename "$1" | sed "s/_[^_]*_/_$2_/")" >/dev/null && echo "$work"/*.deb
}

owned_by() { # USER FILE...
    local user=$1 file
    shift
    for file in "$@"; do
        [ "$(in_root stat -c %U "$file")" = "$user" ] || { echo "$file is not $user's"; return 1; }
    done
}

# Workers and server as the units have them, in a network of their own; then the questions, each ADDRESS=TEXT.
serve() { # nginx|lighttpd ADDRESS=TEXT...
    local server=$1
    shift
    cat >"$root/tmp/serve.sh" <<'END'
set -u
server=$1
shift
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || :
mkdir -p /run/vhod /var/log/vhod && chown www-data /var/log/vhod
pids=
for program in regions guides search stats; do
    rm -f "/run/vhod/$program.sock"
    spawn-fcgi -n -s "/run/vhod/$program.sock" -M 0660 -U vhod -G www-data -u vhod -g vhod -b 1024 -- \
        /usr/bin/multiwatch -f 2 -r 1000000 -t 10 -s QUIT -- "/usr/lib/vhod/$program.fcgi" 2>>/tmp/workers.log &
    pids="$pids $!"
done
case $server in
nginx) nginx -g 'daemon off;' & ;;
lighttpd) setpriv --reuid www-data --regid www-data --init-groups lighttpd -D -f /etc/vhod/lighttpd.conf & ;;
esac
pids="$pids $!"
status=0
for tries in $(seq 100); do
    [ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/health)" = 200 ] && break
    sleep 0.1
done
for question; do
    curl -s "http://127.0.0.1:8080${question%%=*}" >/tmp/answer
    grep -q "${question#*=}" /tmp/answer || { echo "${question%%=*}: no ${question#*=}"; head -c 600 /tmp/answer; status=1; }
done
confined=0
for pid in $(pgrep -u vhod fcgi); do
    if grep -q '^Seccomp:.2' "/proc/$pid/status"; then confined=$((confined + 1)); fi
done
[ "$confined" -eq 8 ] || { echo "$confined workers are confined"; status=1; }
kill $pids
wait
cat /tmp/workers.log
grep -q ': error: ' /tmp/workers.log && status=1
rm -f /tmp/workers.log
exit "$status"
END
    # -n, and -p so that nothing outlives the question
    timeout -k 10 120 unshare --net --pid --fork --mount-proc="$root/proc" --kill-child \
        chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin bash /tmp/serve.sh "$server" "$@"
}

# The same under a systemd of its own, in a container: units, sockets and the timer as they are shipped.
container=''
boot() {
    local tries=60
    rm -f "$root/usr/sbin/policy-rc.d" "$root/etc/machine-id"
    umount "$root/proc" && mounted='' # it shows this machine's processes; the container brings its own
    systemd-nspawn -q -D "$root" --register=no --keep-unit --private-network --boot --console=pipe </dev/null >"$root.boot" 2>&1 &
    nspawn=$!
    until container=$(pgrep -P "$nspawn" -x systemd) && inside systemctl is-active -q vhod.target; do
        [ $((tries -= 1)) -gt 0 ] && kill -0 "$nspawn" || { tail -5 "$root.boot"; return 1; }
        sleep 0.5
    done
}
inside() { timeout 60 nsenter -t "$container" -m -p -n -u -i -- "$@"; }
halt() {
    inside systemctl poweroff 2>/dev/null || kill "$nspawn"
    wait "$nspawn"
    rm -f "$root.boot"
    mount -t proc proc "$root/proc" && mounted=yes
}
under_systemd() {
    check "boots with all its units" boot
    [ -n "$container" ] || return
    check "publishes there" inside vhod publish
    # shellcheck disable=SC2016  # for the shell inside
    check "answers from socket to page, confined" inside sh -c 'for page in health region/ru-alt.json q/7.json "search?q=22"; do
        curl -sf "http://127.0.0.1:8080/$page" >/dev/null || exit 1; done
        [ "$(curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8080/stats)" = 403 ] || exit 1
        for pid in $(pgrep fcgi); do grep -q "^Seccomp:.2" "/proc/$pid/status" || exit 1; done; [ "$(pgrep -c fcgi)" -ge 8 ]'
    # shellcheck disable=SC2016
    check "the figures of all workers answer on their own socket" inside sh -c 'systemctl start vhod-metrics.socket &&
        curl -sf http://127.0.0.1:9187/metrics | grep -q "^vhod_requests_total.*program=\"guides\",route=\"/q/{number}\",status=\"200\"} [1-9]" &&
        curl -sf http://127.0.0.1:8080/health | grep -q "\"status\":\"pass\"" &&
        grep -q "^Seccomp:.2" "/proc/$(systemctl show -P MainPID vhod-metrics.service)/status" &&
        [ "$(curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8080/metrics)" = 404 ]'
    check "the timer's unit counts" inside sh -c 'systemctl start vhod-collect.service && test -s /var/lib/vhod/tally/tally.db'
    check "workers are exchanged without an error" inside sh -c 'systemctl restart "vhod@*.service" &&
        curl -sf http://127.0.0.1:8080/q/7 >/dev/null && ! journalctl -q -u "vhod*" | grep ": error: "'
    # shellcheck disable=SC2016
    check "stops as a whole" inside sh -c 'systemctl stop vhod.target
        for try in $(seq 20); do pgrep fcgi >/dev/null || exit 0; sleep 0.5; done; exit 1'
    halt
}

# --- the story ---------------------------------------------------------------------------------------------------------

shopt -s nullglob
vhod=("$build"/deb/vhod_*.deb) nginx=("$build"/deb/vhod-nginx_*.deb) lighttpd=("$build"/deb/vhod-lighttpd_*.deb)
[ ${#vhod[@]} -eq 1 ] || { echo "package.sh: no package in $build/deb; make deb first" >&2; exit 2; }
newer=$(repack "${vhod[0]}" 99.0) || exit 1
guide=/var/lib/vhod/content/guides/epos-link.md

make_root && rm -f "$root"/root/backup.tar.gz "$root"/root/cut || { echo "package.sh: no Debian could be made"; exit 1; }
check "installs with nginx" install_debs "${vhod[0]}" "${nginx[0]}"
in_root apt-get -qq -y install spawn-fcgi procps iproute2 >/dev/null 2>&1
check "has its user" in_root id vhod
check "has content to begin with" in_root test -e "$guide"
check "the content is not the programs'" owned_by root /var/lib/vhod/content "$guide"
check "the state is theirs" owned_by vhod /var/lib/vhod/state /var/lib/vhod/state/journal /var/lib/vhod/tally
check "has nothing published yet" in_root sh -c '! test -e /var/lib/vhod/state/directory.db'
check "one command publishes" in_root vhod publish
check "what root published is not root's" owned_by vhod /var/lib/vhod/state/directory.db /var/lib/vhod/state/history.db \
    /var/lib/vhod/state/report.key
check "answers through nginx, confined" serve nginx /region/ru-alt.json=ru-alt /q/7.json=number /search?q=22=ru-alt
check "counts what it answered" in_root sh -c 'vhod collect | grep -q "^collected: [1-9]"'
check "the counters are theirs" owned_by vhod /var/lib/vhod/tally/tally.db
check "backs up" in_root vhod backup /root/backup.tar.gz
in_root sh -c "sed -i 's/^title: .*/title: Изменено здесь/' $guide; echo '; own' >>/etc/vhod/vhod.ini; rm /etc/nginx/sites-enabled/vhod"
check "publishes a change" in_root vhod publish
check "upgrades" install_debs "$newer"
check "an upgrade keeps edited content" in_root grep -q 'Изменено здесь' "$guide"
check "an upgrade keeps edited settings" in_root grep -q '^; own' /etc/vhod/vhod.ini
check "an upgrade keeps the state whole" in_root vhod verify
check "an upgrade does not bring a site back that was taken out" in_root sh -c '! test -e /etc/nginx/sites-enabled/vhod'
check "downgrades" install_debs "${vhod[0]}"
check "the state is whole after a downgrade" in_root vhod verify
check "exchanges nginx for lighttpd" install_debs "${lighttpd[0]}"
check "answers through lighttpd, with the change" serve lighttpd "/guide/epos-link=Изменено здесь" /region/ru-alt.json=ru-alt
check "refuses a damaged backup" in_root sh -c 'head -c 20000 /root/backup.tar.gz >/root/cut; ! vhod restore /root/cut'
check "restores" in_root vhod restore /root/backup.tar.gz
check "what was restored is not root's" owned_by vhod /var/lib/vhod/state/directory.db /var/lib/vhod/state/directory.db.lock \
    /var/lib/vhod/tally/tally.db
check "the restored content is the old one" in_root sh -c "! grep -q 'Изменено здесь' $guide"
check "publishes after a restore" in_root vhod publish
check "answers after a restore" serve lighttpd /region/ru-alt.json=ru-alt
if command -v systemd-nspawn >/dev/null; then under_systemd; else echo "skip  systemd-nspawn is not here"; fi
check "removal keeps content and state" in_root sh -c "apt-get -qq -y remove vhod vhod-lighttpd >/dev/null && test -e $guide && test -e /var/lib/vhod/state/history.db"
check "purge leaves nothing" in_root sh -c 'apt-get -qq -y purge vhod vhod-nginx vhod-lighttpd >/dev/null && ! test -e /var/lib/vhod && ! test -e /etc/vhod && ! test -e /usr/share/vhod'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
