#!/bin/bash
# run.sh SECONDS FUZZER...: each libFuzzer program for so long, two at a time, each from its corpus in tests/fuzz/corpus on. One line for each:
# how many inputs were tried, how many are kept; the last line says whether anything was found. A finding is kept beside the
# program, and its report is printed.
set -uo pipefail

seconds=$1
shift
corpora=$(cd "$(dirname "${BASH_SOURCE[0]}")/corpus" && pwd)

# Exit status as the fuzzer's. Its own lines go to a file: millions of inputs make it write much.
fuzz() {
    local fuzzer=$1 name status runs
    name=$(basename "$fuzzer")
    name=${name#fuzz_}
    mkdir -p "$fuzzer.corpus" "$corpora/$name"
    "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3072 -print_final_stats=1 -artifact_prefix="$fuzzer." \
        "$fuzzer.corpus" "$corpora/$name" >"$fuzzer.log" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$fuzzer.log")
    if [ "$status" -eq 0 ]; then
        printf 'ok    %-14s %10s inputs tried, %5s kept\n' "$name" "${runs:-0}" "$(find "$fuzzer.corpus" -type f | wc -l)"
    else
        printf 'FOUND %-14s %s\n' "$name" "$(sed -n 's/.*Test unit written to //p' "$fuzzer.log")"
        grep -E -A 25 'ERROR:|runtime error:|==.*deadly signal' "$fuzzer.log" | head -60 | cut -c1-200 | sed 's/^/      /'
    fi
    return "$status"
}

found=0
while [ $# -gt 0 ]; do
    fuzz "$1" &
    first=$!
    shift
    if [ $# -gt 0 ]; then
        fuzz "$1" || found=$((found + 1))
        shift
    fi
    wait "$first" || found=$((found + 1))
done
if [ "$found" -gt 0 ]; then echo "fuzz: $found of the harnesses found something"; else echo "fuzz: nothing found"; fi
[ "$found" -eq 0 ]
