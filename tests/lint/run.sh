#!/bin/bash
# run.sh --build DIR [--only 'PART...'] FLAG...: everything that tools can hold without running the code. FLAGs are the
# compiler's. Each part says what is wrong, file and line first; the last line is "lint: clean" or "lint: N parts found
# something", and the exit status tells the same.
#
# Parts: format (.clang-format), house (house.py: floors, circles, sizes, words), shell (shellcheck), cppcheck, tidy
# (.clang-tidy says what is off and why).
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
build='' only=''
while [[ ${1:-} == --* ]]; do
    case $1 in
    --build) build=$2 ;;
    --only) only=$2 ;;
    *) echo "run.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
[ -n "$build" ] || { echo "run.sh: --build DIR is missing" >&2; exit 2; }
flags=("$@")
bad=0

# What git would keep: of a checkout without git, all there is.
files() { # PATTERN...
    git ls-files --cached --others --exclude-standard -- "$@" 2>/dev/null || find . -path "./$build" -prune -o -type f -print
}

part() { # NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    [[ -z $only || " $only " == *" $name "* ]] || return 0
    if "$@"; then
        printf 'ok    %-10s %3d s\n' "$name" $((SECONDS - began))
    else
        printf 'FAIL  %-10s\n' "$name"
        bad=$((bad + 1))
    fi
}

format() { files '*.c' '*.h' | xargs clang-format --dry-run -Werror; }

house() { python3 tests/lint/house.py; }

shell() { { files '*.sh'; echo .ci/run; } | xargs shellcheck --severity=warning --external-sources; }

# The loops of jansson and of the queues are told, for system headers are not read. Ownership that goes through a struct
# literal looks like a leak to it: leaks are LeakSanitizer's matter, in the unit tests.
c_check() {
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem --suppress=memleak -j2 -Icgi-bin \
        --include=tests/lint/loops.h cgi-bin
}

tidy() {
    files 'cgi-bin/*.c' 'cgi-bin/**/*.c' | sort -u |
        xargs -P2 -I{} sh -c 'clang-tidy --quiet "$1" -- '"$(printf '%q ' "${flags[@]}")"' 2>/dev/null' sh {}
}

part format format
part house house
part shell shell
part cppcheck c_check
part tidy tidy
if [ "$bad" -eq 0 ]; then echo "lint: clean"; else echo "lint: $bad parts found something"; fi
[ "$bad" -eq 0 ]
