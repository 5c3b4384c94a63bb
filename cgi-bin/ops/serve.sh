#!/bin/bash
# serve.sh --build DIR --port N|auto [--state DIR] [--data DIR] [--server NAME] [--pool NAME=COMMAND]: publishes the content
# and serves the site on loopback in the foreground. Everything runs as its child; Ctrl-C, TERM, or the death of any of
# them ends all of them. It starts no system service and needs no root.
#
#   --port auto   takes a free port; the line «vhod: http://127.0.0.1:PORT/» on standard output names it
#   --state DIR   where directory.db, journal/ and tally.db live; default DIR/state of the build
#   --data DIR    the content folder; default data/
#   --server NAME lighttpd (default) or nginx
#   --workers N   of each program; default 2
#   --metrics PORT  answers http://127.0.0.1:PORT/metrics; without it only the socket metrics.sock of the run folder does
#   --pool NAME=COMMAND  one more pool of workers at /NAME (tests/bench measures with it)
#
# Does not: listen anywhere but on 127.0.0.1, speak TLS, rotate logs. For a real machine see `make install`.
set -euo pipefail
shopt -s inherit_errexit

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=cgi-bin/ops/fill.sh
. "$top/cgi-bin/ops/fill.sh"
build='' port='' state='' data=$top/data server=lighttpd metrics='' pool_name='' pool_command=''
programs=(regions guides search stats)
workers=2          # of each program
ready_seconds=60   # a sanitizer build on a busy machine needs some
stop_seconds=10    # then the rest is killed
collect_seconds=60
timer_seconds=3

say() { printf 'vhod: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
    --build) build=$2 ;;
    --port) port=$2 ;;
    --state) state=$2 ;;
    --data) data=$(cd "$2" && pwd) ;;
    --server) server=$2 ;;
    --workers) workers=$2 ;;
    --metrics) metrics=$2 ;;
    --pool) pool_name=${2%%=*} pool_command=${2#*=} ;;
    *) fail "unknown option $1" ;;
    esac
    shift 2
done
[ -n "$build" ] || fail "--build DIR is missing; use make run"
[[ $port == auto || $port == 0 || ($port =~ ^[0-9]{1,5}$ && $port -le 65535) ]] || fail "--port takes 1 to 65535, or auto"
[[ -z $metrics || ($metrics =~ ^[0-9]{1,5}$ && $metrics -ge 1 && $metrics -le 65535) ]] || fail "--metrics takes 1 to 65535"
[[ $workers =~ ^[1-9][0-9]?$ ]] || fail "--workers takes 1 to 99"
[[ $server == lighttpd || $server == nginx ]] || fail "--server takes lighttpd or nginx"
build=$(cd "$build" && pwd)
mkdir -p "${state:=$build/state}"
state=$(cd "$state" && pwd)

# Sockets have short names by nature (108 bytes), so they live in a short folder, not under the build.
run=$(mktemp -d "${TMPDIR:-/tmp}/vhod.XXXXXX")
log=$state/$server.log
declare -A names=() # of the children, by process id

# --- children ---------------------------------------------------------------------------------------------------------

# Each child leads a process group of its own, so the terminal's Ctrl-C reaches only this script, and a group can be ended
# as a whole. If this script is killed, the kernel passes TERM on to them.
start() {
    local name=$1
    shift
    setsid setpriv --pdeathsig TERM -- "$@" </dev/null &
    names[$!]=$name
}

# TERM goes to the leaders only: multiwatch passes it on. A worker that got it first would be started anew.
terminate_all() {
    local pid
    for pid in "${!names[@]}"; do kill -TERM "$pid" 2>/dev/null || :; done
}

kill_groups() {
    local pid
    for pid in "${!names[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || :; done
}

any_left() {
    local pid
    for pid in "${!names[@]}"; do
        if kill -0 -- "-$pid" 2>/dev/null || kill -0 "$pid" 2>/dev/null; then return 0; fi
    done
    return 1
}

stop_all() {
    local tries=$((stop_seconds * 20))
    terminate_all
    while any_left && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
    if any_left; then
        say "a process did not stop in $stop_seconds seconds; killing it"
        kill_groups
    fi
    wait
    names=()
}

cleanup() {
    local status=$?
    trap '' INT TERM HUP
    stop_all 2>/dev/null
    rm -rf "$run"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 0' INT TERM HUP

# --- settings and snapshot -------------------------------------------------------------------------------------------

export VHOD_SETTINGS=${VHOD_SETTINGS:-$data/vhod.ini}
export VHOD_PATH_DATA=$data VHOD_PATH_STATE=$state VHOD_PATH_TEMPLATES=$top/templates
own_url=${VHOD_SITE_URL:-} own_loopback=${VHOD_STATS_LOOPBACK:-}
unset VHOD_STATS_LOOPBACK

for program in "${programs[@]}"; do
    [ -x "$build/bin/$program.fcgi" ] || fail "$build/bin/$program.fcgi is not there; run make first"
done
"$build/bin/vhod" publish || fail "the content is not published: see above; mend it and start again"
# Makes the counters, so that the statistics can be read before the first minute is over.
"$build/bin/vhod" collect >/dev/null || say "collect failed; trying again in $collect_seconds seconds"

# So that there are statistics to look at, if only empty ones; a collector that is killed is started again below.
"$build/bin/vhod" collect >/dev/null || say "collect failed; trying again in $collect_seconds seconds"

# --- web server ------------------------------------------------------------------------------------------------------

# One more pool, for lighttpd only.
extra_pool() {
    [ -n "$pool_name" ] || return 0
    # shellcheck disable=SC2016  # lighttpd's variable
    printf 'else $HTTP["url"] =~ "^/%s(?:/|$)" {\n' "$pool_name"
    printf '\tfastcgi.server = ( "/" => (( "socket" => "%s/%s.sock", "check-local" => "disable",\n' "$run" "$pool_name"
    printf '\t\t"fix-root-scriptname" => "enable", "disable-time" => 0, "read-timeout" => 30 )) )\n}\n'
}

# Asked once, and outside of any condition, so that a failure ends the script.
guides=$(fill_prefixes "$build" guides)
search=$(fill_prefixes "$build" search)
stats=$(fill_prefixes "$build" stats)
static=$(fill_static "$top/htdocs")
extra=$(extra_pool)

# Here the web server stays the user that it was started by, for the sockets are that user's.
web_server_config() {
    local file
    for file in "$server.conf" nginx-site.conf; do
        fill_template "$top/templates/server/$file" PORT="$port" HTDOCS="$top/htdocs" RUN="$run" LOG="$log" \
            ERRORS="$run/errors" GUIDES="$guides" SEARCH="$search" STATS="$stats" STATIC="$static" EXTRA="$extra" |
            sed '/^server\.\(user\|group\)name/d' >"$run/$file"
    done
}

# The frame that Debian's nginx.conf is otherwise.
nginx_frame() {
    [ "$(id -u)" -ne 0 ] || echo 'user root;'
    cat <<END
daemon off;
worker_processes 1;
pid $run/nginx.pid;
error_log $log warn;
events { worker_connections 1024; }
http {
    client_body_temp_path $run/body;
    fastcgi_temp_path $run/fastcgi;
    proxy_temp_path $run/proxy;
    scgi_temp_path $run/scgi;
    uwsgi_temp_path $run/uwsgi;
    include $run/nginx.conf;
}
END
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

holds_port() {
    case $server in
    lighttpd) grep -q 'server started' "$log" ;;
    nginx) [ -s "$run/nginx.pid" ] ;;
    esac
}

# Starts the web server and waits until it holds the port; 1 if it could not have it.
start_web_server() {
    local command=(lighttpd -D -f "$run/lighttpd.conf") pid tries=200
    web_server_config
    : >"$log"
    if [ "$server" = nginx ]; then
        nginx_frame >"$run/main.conf"
        command=(nginx -e "$log" -c "$run/main.conf")
    fi
    PATH=$PATH:/usr/sbin start "$server" "${command[@]}"
    pid=$!
    until holds_port; do
        if ! kill -0 "$pid" 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; then
            unset "names[$pid]"
            grep -q 'Address already in use' "$log" && return 1
            cat "$log" >&2
            fail "$server did not start"
        fi
        sleep 0.05
    done
}

take_port() {
    if [ "$port" != auto ] && [ "$port" != 0 ]; then
        if answers || ! start_web_server; then
            fail "port $port is in use; choose another: make run PORT=$((port < 65000 ? port + 1 : 8080))"
        fi
        return
    fi
    local tries
    for tries in {1..20}; do # below the range that the kernel hands out itself
        port=$((10000 + SRANDOM % 22000))
        if ! answers && start_web_server; then return; fi
    done
    fail "no free port found in $tries tries"
}

# --- workers ---------------------------------------------------------------------------------------------------------

# multiwatch keeps the workers running: it restarts as often as need be (-r), and a worker that lived 10 ms counts as a
# new one (-t). Each worker gets TERM should multiwatch itself be killed. -s QUIT: Debian's multiwatch sends the signal
# before the one it is told (INT for QUIT, QUIT for TERM); workers stop on each of them.
start_pool() {
    local name=$1
    shift
    start "$name" spawn-fcgi -n -s "$run/$name.sock" -M 0660 -b 1024 -- \
        /usr/bin/multiwatch -f "$workers" -r 1000000 -t 10 -s QUIT -- /usr/bin/setpriv --pdeathsig TERM -- "$@"
}

# The figures, on a socket that the web server knows nothing of.
start_metrics() {
    local address=(-s "$run/metrics.sock" -M 0600)
    [ -z "$metrics" ] || address=(-a 127.0.0.1 -p "$metrics")
    start metrics spawn-fcgi -n "${address[@]}" -- \
        /usr/bin/multiwatch -f 1 -r 1000000 -t 10 -s QUIT -- /usr/bin/setpriv --pdeathsig TERM -- "$build/bin/vhod" metrics --listen
}

healthy() {
    local status=''
    {
        printf 'GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3 && read -r -t 5 _ status _ <&3
    } 3<>"/dev/tcp/127.0.0.1/$port" 2>/dev/null || :
    [ "$status" = 200 ]
}

fill_errors "$top" "$run/errors"
take_port
export VHOD_SITE_URL=${own_url:-http://127.0.0.1:$port}

# The statistics are open to this machine where nothing stands in front: on our own socket, known by its own address. Only
# the pool that shows them hears of it. A site that is known under another address has its own ways (vhod.ini(5)).
loopback=${own_loopback:-$([ -n "$own_url" ] || echo yes)}

# A program that cannot start would be restarted for ever; one request without a server tells why it cannot.
env ${loopback:+"VHOD_STATS_LOOPBACK=$loopback"} "$build/bin/regions.fcgi" GET /health >"$run/health" || { cat "$run/health" >&2; fail "regions.fcgi does not start"; }

for program in "${programs[@]}"; do
    own=()
    if [ "$program" = stats ] && [ -n "$loopback" ]; then own=(env "VHOD_STATS_LOOPBACK=$loopback"); fi
    start_pool "$program" "${own[@]}" "$build/bin/$program.fcgi"
done
# shellcheck disable=SC2086  # a command and its arguments
[ -z "$pool_name" ] || start_pool "$pool_name" $pool_command

start_metrics

deadline=$((SECONDS + ready_seconds))
until healthy; do
    [ $SECONDS -lt $deadline ] || { cat "$log" >&2; fail "/health did not answer 200 within $ready_seconds seconds"; }
    sleep 0.05
done
echo "vhod: http://127.0.0.1:$port/ (Ctrl-C ends it)"

# --- until the end ---------------------------------------------------------------------------------------------------

# A signal that comes in the moment before bash begins to wait is heard when a child ends: hence the short timer.
waited=0
while :; do
    start timer sleep "$timer_seconds"
    timer=$!
    ended=''
    wait -n -p ended "${!names[@]}" || :
    if [ "$ended" != "$timer" ]; then
        say "${names[$ended]:-a child} ended by itself; stopping"
        cat "$log" >&2
        exit 1
    fi
    unset "names[$timer]"
    [ $((waited += timer_seconds)) -ge "$collect_seconds" ] || continue
    waited=0
    "$build/bin/vhod" collect >/dev/null || say "collect failed; trying again in $collect_seconds seconds"
done
