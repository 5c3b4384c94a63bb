#!/bin/bash
# fold.sh --build DIR: records a second from the journal into SQLite and into PostgreSQL (a server of its own, on this
# machine, with durability on), each with a tenth of the journal first, so that memory that grows would show.
#
#   VHOD_BENCH_RECORDS (2000000)
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ "${1:-}" != --build ] || [ -z "${2:-}" ]; then
    echo "fold.sh: --build DIR is missing" >&2
    exit 2
fi
fold=$(cd "$2" && pwd)/bench/fold
records=${VHOD_BENCH_RECORDS:-2000000}

work=$(mktemp -d "${TMPDIR:-/tmp}/vhod-fold.XXXXXX")
server=''
# shellcheck disable=SC2317  # called by the trap
cleanup() {
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || :
        wait "$server" 2>/dev/null || :
    fi
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

chmod 0711 "$work" # the server runs as another user
mkdir "$work/pg" "$work/small" "$work/large"
"$top/tests/fault/postgres.sh" "$work/pg" -c fsync=on -c synchronous_commit=on -c full_page_writes=on >"$work/log" 2>&1 &
server=$!
"$fold" write "$work/small" $((records / 10))
"$fold" write "$work/large" "$records"
until [ -e "$work/pg/password" ] && address="postgresql://vhod:$(cat "$work/pg/password")@/postgres?host=$work/pg" &&
    psql -X -q -c 'CREATE DATABASE small TEMPLATE template0' "$address" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.2
done
psql -X -q -c 'CREATE DATABASE large TEMPLATE template0' "$address"

printf '%-12s %10s %8s %12s %10s\n' store records seconds records/s KiB
show() { # NAME BAR FOLDER STORE
    local count seconds rate memory
    read -r count seconds rate memory <<<"$("$fold" read "$3" "$4")"
    printf '%-12s %10d %8.2f %12d %10d  %s\n' "$1" "$count" "$seconds" "$rate" "$memory" \
        "$([ "$2" -eq 0 ] || { [ "$rate" -ge "$2" ] && echo "PASS (bar $2)" || echo "BELOW (bar $2)"; })"
}
for size in small large; do
    bars=(500000 100000)
    [ "$size" = large ] || bars=(0 0)
    show SQLite "${bars[0]}" "$work/$size" "$work/$size.db"
    show PostgreSQL "${bars[1]}" "$work/$size" "postgresql://vhod:$(cat "$work/pg/password")@/$size?host=$work/pg"
done
