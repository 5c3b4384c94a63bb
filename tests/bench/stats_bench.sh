#!/bin/bash
# stats_bench.sh --build DIR: how long the owner waits for a year of statistics, with a tally of three years, 100 regions and
# 300 topics: the page beside the year before, and without. Prints, for each address, the best and the middle time as a
# client sees it, what it cost the program (CPU), and the program's memory, against the bar. A figure from a busy machine is
# no failure: the exit status is 0 unless a request failed.
#
#   VHOD_BENCH_STATS (15): requests of each address
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ "${1:-}" != --build ] || [ -z "${2:-}" ]; then
    echo "stats_bench.sh: --build DIR is missing" >&2
    exit 2
fi
build=$(cd "$2" && pwd)
requests=${VHOD_BENCH_STATS:-15}
bar=100 # milliseconds

work=$(mktemp -d "${TMPDIR:-/tmp}/vhod-bench.XXXXXX")
server=''
# shellcheck disable=SC2317  # called by the trap
cleanup() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || :
        wait "$server" 2>/dev/null || :
    fi
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

last=$(date +%F) first=$(date -d '364 days ago' +%F) third=$(date -d '1094 days ago' +%F)
mkdir -p "$work/state/journal"
VHOD_SETTINGS=$top/data/vhod.ini VHOD_PATH_STATE=$work/state "$build/bin/vhod" collect >/dev/null
"$top/tests/bench/synthetic_tally.sh" --tally "$work/state/tally.db" --last "$last" --days 1095 --regions 100 --topics 300 \
    >/dev/null
"$top/cgi-bin/ops/serve.sh" --build "$build" --port auto --state "$work/state" >"$work/out" 2>"$work/err" &
server=$!
until url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/out"); do
    kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; echo "stats_bench.sh: the site did not start" >&2; exit 1; }
    sleep 0.1
done

# Process ids of the program's workers: children of the children of serve.sh.
workers() {
    local pool child
    for pool in $(cat "/proc/$server/task/$server/children"); do
        grep -qz '/stats\.fcgi$' "/proc/$pool/cmdline" 2>/dev/null || continue
        for child in $(cat "/proc/$pool/task/$pool/children"); do echo "$child"; done
    done
}

# CPU that the workers have used, in milliseconds.
used() {
    local ticks=0 worker fields
    for worker in $(workers); do
        read -r -a fields <"/proc/$worker/stat" || continue
        ticks=$((ticks + fields[13] + fields[14]))
    done
    echo $((ticks * 1000 / $(getconf CLK_TCK)))
}

measure() { # ADDRESS WHAT [free]
    local before after best middle verdict
    curl -fsS -o /dev/null "$url$1" # the first finds nothing in memory
    before=$(used)
    for ((i = 0; i < requests; i++)); do
        curl -fsS -o /dev/null -w '%{time_starttransfer}\n' "$url$1"
    done | sort -g >"$work/times"
    after=$(used)
    best=$(awk 'NR == 1 { printf "%.0f", $1 * 1000 }' "$work/times")
    middle=$(awk '{ a[NR] = $1 } END { printf "%.0f", a[int((NR + 1) / 2)] * 1000 }' "$work/times")
    verdict=$([ "$best" -le "$bar" ] && echo PASS || echo ABOVE)
    [ "${3:-}" = free ] && verdict='no bar' || verdict="$verdict (bar $bar ms)"
    printf '%-44s %6s %8s %8s  %s\n' "$2" "$best" "$middle" $(((after - before) / requests)) "$verdict"
}

printf '\n/stats: %s rows of days and ids, %s of weeks\n' \
    "$(sqlite3 "$work/state/tally.db" 'SELECT count(*) FROM day')" \
    "$(sqlite3 "$work/state/tally.db" 'SELECT count(*) FROM week')"
printf '%-44s %6s %8s %8s\n' milliseconds best middle CPU
measure "/stats?from=$first&to=$last" 'a year beside the year before'
measure "/stats?from=$first&to=$last&compare=none" 'a year'
measure "/stats.json?from=$first&to=$last" 'a year beside the year before, JSON'
measure "/stats" 'four weeks beside the year before'
measure "/stats?from=$third&to=$last&compare=none" 'three years' free
printf 'memory of a worker at most: %s KiB\n' "$(for worker in $(workers); do
    awk '$1 == "VmHWM:" { print $2 }' "/proc/$worker/status"; done | sort -g | tail -n 1)"
