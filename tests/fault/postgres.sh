#!/bin/bash
# postgres.sh DIR [OPTION...]: a PostgreSQL server of its own for one test, in the foreground: data and socket in DIR, no TCP, user "vhod"
# with the password in DIR/password (made on the first start, as is all else; a stopped server may be started again).
# The caller's child: INT stops it, and so does the caller's death. Runs as an ordinary user, as PostgreSQL wants it: as root,
# "postgres" or "nobody" is taken. Connect with postgresql://vhod:PASSWORD@/postgres?host=DIR
#
# Durability is off: what these tests break is connections and processes, not the machine's power. Options of postgres may
# say otherwise.
set -euo pipefail

dir=$(cd "$1" && pwd)
shift
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/postgres" ] || { echo "postgres.sh: Debian's package postgresql is not installed" >&2; exit 1; }

as=()
if [ "$(id -u)" -eq 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$dir"
    as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --reset-env)
fi

if [ ! -e "$dir/data/PG_VERSION" ]; then
    [ -e "$dir/password" ] || (umask 077 && head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$dir/password")
    [ "$(id -u)" -ne 0 ] || chown "$user" "$dir/password"
    "${as[@]}" "$bin/initdb" --pgdata="$dir/data" --username=vhod --pwfile="$dir/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
fi
# A server that was killed leaves its children a moment to notice, and its file behind.
exec "${as[@]}" setpriv --pdeathsig INT -- "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=60 -c log_min_messages=fatal "$@"
