#!/bin/bash
# search.sh --build DIR: how well and how fast search finds: the table by class over tests/unit/queries.tsv, the times of single queries on
# data/ as it is, and on data/ with 100,000 places more.
set -euo pipefail

build=build
while [ $# -gt 0 ]; do
    case "$1" in
        --build) build=$2; shift 2 ;;
        *) echo "usage: search.sh [--build DIR]" >&2; exit 2 ;;
    esac
done
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/vhod-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

echo "search"
VHOD_PATH_STATE=$work "$build/bin/vhod" publish --settings "$top/data/vhod.ini" >/dev/null
"$build/bench/search_bench" "$work/directory.db" "$top/tests/unit/queries.tsv" --failures
echo "with 100,000 places more"
"$build/bench/search_bench" "$work/directory.db" --synthetic 100000 "$work/large.db"
"$build/bench/search_bench" "$work/large.db" "$top/tests/unit/queries.tsv" --only-times
