#!/bin/bash
# run.sh --build DIR: how fast a page is, as a ratio to the least that a FastCGI program can do (hello.c) behind the same web
# server, in a pool of the same size, with a body of the same size, in the same minutes: the two sides take turns, so that
# whatever else the machine does hits both. Prints each round, the medians, and the median of the rounds' ratios against
# the bar. A figure from a busy machine is no failure: the exit status is 0 unless a request failed.
#
#   VHOD_BENCH_ROUNDS (7), VHOD_BENCH_SECONDS (4): rounds, and seconds of one side in a round
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ "${1:-}" != --build ] || [ -z "${2:-}" ]; then
    echo "run.sh: --build DIR is missing" >&2
    exit 2
fi
build=$(cd "$2" && pwd)
rounds=${VHOD_BENCH_ROUNDS:-7} seconds=${VHOD_BENCH_SECONDS:-4}
bar=0.85
clients=16
browser='User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0'
bad=0

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

"$top/cgi-bin/ops/serve.sh" --build "$build" --port auto --state "$work/state" --pool "hello=$build/bench/hello" \
    >"$work/out" &
server=$!
until url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/out"); do
    kill -0 "$server" 2>/dev/null || { echo "run.sh: the site did not start" >&2; exit 1; }
    sleep 0.1
done

median() { sort -g | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }

# Requests a second; 99th percentile and failed requests go to files.
measure() { # NAME ENCODING ADDRESS
    wrk -t1 -c"$clients" -d"${seconds}s" --latency -H "$browser" -H "Accept-Encoding: $2" "$url$3" >"$work/wrk"
    awk '$1 == "99%" { print $2 }' "$work/wrk" >>"$work/$1.p99"
    if grep -qE 'Non-2xx|Socket errors' "$work/wrk"; then
        grep -E 'Non-2xx|Socket errors' "$work/wrk" >&2
        bad=1
    fi
    awk '/^Requests\/sec/ { print $2 }' "$work/wrk" | tee -a "$work/$1.rate" >"$work/last"
}

compare() { # ADDRESS ENCODING
    local size round page hello ratio verdict
    size=$(curl -sS -H "$browser" -H "Accept-Encoding: $2" -o /dev/null -w '%{size_download}' "$url$1")
    rm -f "$work"/*.rate "$work"/*.p99 "$work/ratios"
    printf '\n%s, %s, %d bytes\n' "$1" "$2" "$size"
    printf '%8s %12s %12s %8s\n' round page/s hello/s ratio
    for ((round = 1; round <= rounds; round++)); do
        if ((round % 2)); then
            measure page "$2" "$1"; page=$(cat "$work/last")
            measure hello "$2" "/hello?$size"; hello=$(cat "$work/last")
        else
            measure hello "$2" "/hello?$size"; hello=$(cat "$work/last")
            measure page "$2" "$1"; page=$(cat "$work/last")
        fi
        ratio=$(awk -v a="$page" -v b="$hello" 'BEGIN { printf "%.3f", a / b }')
        echo "$ratio" >>"$work/ratios"
        printf '%8d %12.0f %12.0f %8s\n' "$round" "$page" "$hello" "$ratio"
    done
    ratio=$(median <"$work/ratios")
    verdict=$(awk -v r="$ratio" -v b="$bar" 'BEGIN { print (r >= b ? "PASS" : "BELOW") }')
    printf '%8s %12.0f %12.0f %8.3f  %s (bar %s)\n' median "$(median <"$work/page.rate")" "$(median <"$work/hello.rate")" \
        "$ratio" "$verdict" "$bar"
    printf '%8s %12s %12s\n' p99 "$(sort -V "$work/page.p99" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }')" \
        "$(sort -V "$work/hello.p99" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }')"
}

for address in /region/ru-alt /; do
    for encoding in identity gzip; do
        compare "$address" "$encoding"
    done
done
exit "$bad"
