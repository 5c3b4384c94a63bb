#!/bin/bash
# run.sh BINARY...: runs cmocka test programs one after the other, each with a time limit, and shows what failed. The last
# line is "N passed, N failed" (", N skipped" may follow); the exit status is 1 if anything failed or nothing ran.
#
# A program that crashes, hangs, or leaves tests out of its own plan fails by as many tests; so does one that a sanitizer
# has something to say about.
set -uo pipefail

limit=${VHOD_TEST_LIMIT:-180} # seconds for one program
output=$(mktemp "${TMPDIR:-/tmp}/vhod-unit.XXXXXX")
trap 'rm -f "$output"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 skipped=0

count() { grep -cE "$1" "$output" || :; }

run_one() {
    local name good bad skip planned status wrong
    name=$(basename "$1")
    CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 5 "$limit" "$1" >"$output" 2>&1 </dev/null
    status=$?
    good=$(count '^ok [0-9]+')
    skip=$(count '^(not )?ok [0-9]+ # SKIP')
    bad=$(($(count '^not ok [0-9]+') - $(count '^not ok [0-9]+ # SKIP')))
    good=$((good - $(count '^ok [0-9]+ # SKIP')))
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$output" | awk "{ n += \$1 } END { print n + 0 }")
    wrong=$bad
    # what the plan promised and nobody reported; or a death after the last report, or without any plan
    if [ "${planned:-0}" -gt $((good + bad + skip)) ]; then wrong=$((wrong + planned - good - bad - skip)); fi
    if grep -qE 'runtime error:|(Address|Leak|UndefinedBehavior)Sanitizer' "$output"; then wrong=$((wrong + 1)); fi
    if [ "$wrong" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$((good + skip))" -eq 0 ]; }; then wrong=1; fi
    passed=$((passed + good)) failed=$((failed + wrong)) skipped=$((skipped + skip))
    if [ "$wrong" -eq 0 ]; then
        printf 'ok    %-28s %4d\n' "$name" "$good"
    else
        printf 'FAIL  %-28s %4d of %d (exit status %d)\n' "$name" "$wrong" "$((good + wrong))" "$status"
        grep -vE '^(ok |1\.\.)' "$output" | tail -60 | sed 's/^/      /'
    fi
}

for binary in "$@"; do
    run_one "$binary"
done
[ "$((passed + failed))" -gt 0 ] || failed=1
summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ]
