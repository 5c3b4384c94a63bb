#!/bin/bash
# run.sh --build DIR [--only NAME] UNIT_TEST...: every test there is: C unit tests, then the web tests (Node's test runner
# against a running site, a real browser among them), then the tests that kill and stop things (tests/fault). The last line
# is "N passed, N failed" (", N skipped" may follow).
#
#   --only NAME       only tests/web/NAME.test.js, or tests/fault/NAME.test.js
#   --injected        only the files of tests/fault that put faults into the programs (those that use inject.js), and their totals
#   VHOD_FAULT        full: every fault there is time for (make fault); else a sample
#   VHOD_TEST_SCALE   share of the full counts of the load tests, 1 = full; default 0.5
#   CHROMIUM          the browser, default /usr/bin/chromium
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build='' only='' injected='' passed=0 failed=0 skipped=0
limit=900 # seconds for one file; a hanging test must not hang the run
while [[ ${1:-} == --* ]]; do
    case $1 in
    --injected) injected=yes; shift; continue ;;
    --build) build=$2 ;;
    --only) only=$2 ;;
    *) echo "run.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
[ -n "$build" ] || { echo "run.sh: --build DIR is missing" >&2; exit 2; }
VHOD_BUILD=$(cd "$build" && pwd)
# What commands say is compared with their English, whatever the language of who runs this.
export LC_ALL=C.UTF-8
export VHOD_BUILD VHOD_TEST_SCALE=${VHOD_TEST_SCALE:-0.5}

output=$(mktemp "${TMPDIR:-/tmp}/vhod-tests.XXXXXX")
injections=$output.faults
: >"$injections"
trap 'rm -f "$output" "$injections"' EXIT
trap 'exit 130' INT TERM

add() { # PASSED FAILED SKIPPED
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

unit_tests() {
    "$here/unit/run.sh" "$@" | tee "$output"
    local words
    read -r -a words <<<"$(tail -n 1 "$output")" # N passed, N failed[, N skipped]
    if [[ ${words[1]:-} == passed, ]]; then
        add "${words[0]}" "${words[2]}" "${words[4]:-0}"
    else
        add 0 1 0
    fi
}

web_packages() {
    cd "$here/web" || return 1
    if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
        npm ci --no-audit --no-fund --loglevel=error || return 1
    fi
}

# The figure of one line of node's summary: "# pass 12".
tap() { # 0 where the runner died before its summary
    local figure
    figure=$(sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$output" | tail -n 1)
    echo "${figure:-0}"
}

web_test() {
    local name=$1 file=$2 status good bad began=$SECONDS
    timeout -k 40 "$limit" node --test-reporter=tap "$file" >"$output" 2>&1 </dev/null
    status=$?
    grep -E '^# [0-9]+ faults injected' "$output" >>"$injections"
    good=$(tap pass) bad=$(($(tap fail) + $(tap cancelled)))
    if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "${good:-0}" -eq 0 ]; }; then bad=1; fi
    add "${good:-0}" "$bad" "$(($(tap skipped) + $(tap todo)))"
    if [ "$bad" -eq 0 ]; then
        printf 'ok    %-28s %4d  %3d s\n' "$name" "$good" $((SECONDS - began))
        grep -E '^# [0-9]+ (answered|counted|faults injected)' "$output" | sed 's/^# /      /'
    else
        printf 'FAIL  %-28s %4d of %d (exit status %d)\n' "$name" "$bad" "$((${good:-0} + bad))" "$status"
        # what passed is of no interest now
        awk '/^ *ok / { quiet = 1 } /^ *not ok / { quiet = 0 } /^# (tests|suites|pass)/ { quiet = 1 } !quiet' "$output" |
            head -400 | cut -c1-300 | sed 's/^/      /'
    fi
}

# What the files with faults said together: faults, wrong successes, crashes.
totals() {
    awk '/ faults injected, / { faults += $2; wrong += $5; crashes += $8 }
        END { printf "%d faults injected, %d wrong successes, %d crashes\n", faults, wrong, crashes }' "$injections"
}

if [ -z "$only$injected" ] && [ $# -gt 0 ]; then unit_tests "$@"; fi
if web_packages; then
    for file in *.test.js ../fault/*.test.js; do
        name=$(basename "$file" .test.js)
        if [ -n "$injected" ] && ! grep -q "from './inject.js'" "$file"; then continue; fi
        if [ "${only:-$name}" = "$name" ]; then web_test "$name" "$file"; fi
    done
else
    echo "FAIL  npm ci: the packages of the web tests are not there"
    add 0 1 0
fi

[ ! -s "$injections" ] || totals
summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
