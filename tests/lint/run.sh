#!/bin/bash
# run.sh --build DIR [--only 'PART...'] FLAG...: everything that tools can hold without running the code. FLAGs are the
# compiler's. Each part says what is wrong, file and line first; the last line is "lint: clean" or "lint: N parts found
# something", and the exit status tells the same.
#
# Parts: format (.clang-format), house (house.py: floors, circles, sizes, words), shell (shellcheck), rows
# (tests/mutate/table.txt still fits the sources), texts (every text for maintainers is in every catalogue), cppcheck, tidy (.clang-tidy says what is off and why).
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
bad=0 ran=0

# What git would keep: of a checkout without git, all there is.
files() { # PATTERN...
    git ls-files --cached --others --exclude-standard -- "$@" 2>/dev/null || find . -path "./$build" -prune -o -type f -print
}

part() { # NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    [[ -z $only || " $only " == *" $name "* ]] || return 0
    ran=$((ran + 1))
    if "$@"; then
        printf 'ok    %-10s %3d s\n' "$name" $((SECONDS - began))
    else
        printf 'FAIL  %-10s\n' "$name"
        bad=$((bad + 1))
    fi
}

format() { files '*.c' '*.h' | xargs clang-format --dry-run -Werror; }

house() { python3 tests/lint/house.py; }

# Each text of the code is translated, none is left over, and formats take the same arguments. `make po` brings them together.
texts() {
    local catalogue said bad=0
    for catalogue in cgi-bin/po/*.po; do
        said=$({ msgfmt --check -o /dev/null "$catalogue" && msgcmp "$catalogue" "$build/vhod.pot"; } 2>&1) && [ -z "$said" ] ||
            { printf '%s\n' "$said" "$catalogue: make po, and translate what is new"; bad=1; }
    done
    return $bad
}

rows() { python3 tests/mutate/run.py --check; }

shell() { { files '*.sh'; echo .ci/run; } | xargs shellcheck --severity=warning --external-sources; }

# The loops of jansson and of the queues are told, for system headers are not read. Ownership that goes through a struct
# literal looks like a leak to it: leaks are LeakSanitizer's matter, in the unit tests.
c_check() {
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem --suppress=memleak -j2 -Icgi-bin \
        --include=tests/lint/loops.h cgi-bin
}

# What was clean stays so until the file, what it includes or the rules change: a stamp for each, named by the digest of all
# that clang-tidy would see. The first run takes minutes, the next ones seconds.
tidy_one() { # FILE STAMPS FLAG...
    local file=$1 stamps=$2 stamp
    shift 2
    stamp=$stamps/$({ clang-tidy --version; cat .clang-tidy; ${CC:-cc} "$@" -E -C "$file"; } | sha256sum | cut -c1-40) || return 1
    [ ! -e "$stamp" ] || return 0
    clang-tidy --quiet "$file" -- "$@" 2>"$stamp.err" && mv "$stamp.err" "$stamp" && return 0
    grep -E 'error' "$stamp.err" # of clang-tidy itself; its findings are on standard output
    rm -f "$stamp.err"
    return 1
}

tidy() {
    local stamps=$build/lint
    mkdir -p "$stamps"
    export -f tidy_one
    files 'cgi-bin/*.c' 'cgi-bin/**/*.c' | sort -u |
        xargs -P"$(nproc)" -I{} bash -c 'tidy_one "$@"' tidy {} "$stamps" "${flags[@]}"
}

part format format
part house house
part shell shell
part rows rows
part texts texts
part cppcheck c_check
part tidy tidy
[ "$ran" -gt 0 ] || { echo "run.sh: no such part: $only" >&2; exit 2; }
if [ "$bad" -eq 0 ]; then echo "lint: clean"; else echo "lint: $bad parts found something"; fi
[ "$bad" -eq 0 ]
