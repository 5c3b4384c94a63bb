#!/bin/bash
# install.sh --build DIR --prefix DIR [--destdir DIR]: what `make install` does. Copies files, and nothing else: it starts
# nothing, makes no user, and touches no configuration of a web server.
#
#   PREFIX/bin/vhod               the maintainer's command
#   PREFIX/lib/vhod/*.fcgi        the programs
#   PREFIX/share/vhod/            templates, htdocs, errors (the web server's own error pages), data
#   PREFIX/share/vhod/examples/   lighttpd, nginx, systemd, filled in for this prefix
#   PREFIX/share/man/             manual pages
#
# data/vhod.ini that is there already stays; the new one is then vhod.ini.new. State goes to /var/lib/vhod.
set -euo pipefail
shopt -s inherit_errexit nullglob

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=cgi-bin/ops/fill.sh
. "$top/cgi-bin/ops/fill.sh"
build='' prefix='' destdir=''
while [ $# -ge 2 ]; do
    case $1 in
    --build) build=$(cd "$2" && pwd) ;;
    --prefix) prefix=$2 ;;
    --destdir) destdir=$2 ;;
    *) echo "install.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
if [ -z "$build" ] || [[ $prefix != /* ]]; then
    echo "install.sh: --build and an absolute --prefix are needed" >&2
    exit 2
fi
share=$destdir$prefix/share/vhod
run=/run/vhod state=/var/lib/vhod log=/var/log/vhod-web.log port=8080

copy_tree() { # FROM TO
    (cd "$1" && find . -type f ! -name '*~' ! -path './server/*' ! -name vhod.ini -print0) |
        while IFS= read -r -d '' file; do
            install -D -m 0644 "$1/$file" "$2/$file"
        done
}

install_programs() {
    local program
    install -D -m 0755 -t "$destdir$prefix/bin" "$build/bin/vhod"
    for program in "$build"/bin/*.fcgi; do
        install -D -m 0755 -t "$destdir$prefix/lib/vhod" "$program"
    done
}

install_settings() {
    local target=$share/data/vhod.ini
    [ ! -e "$target" ] || target=$target.new
    sed "s|^state *=.*|state = $state|" "$top/data/vhod.ini" >"$target"
    chmod 0644 "$target"
}

install_examples() {
    local file guides search stats static
    guides=$(fill_prefixes "$build" guides)
    search=$(fill_prefixes "$build" search)
    stats=$(fill_prefixes "$build" stats)
    static=$(fill_static "$top/htdocs")
    mkdir -p "$share/examples"
    for file in "$top"/templates/server/*; do
        case ${file##*/} in error.html | errors.txt) continue ;; esac
        fill_template "$file" PORT="$port" HTDOCS="$prefix/share/vhod/htdocs" RUN="$run" LOG="$log" PREFIX="$prefix" \
            ERRORS="$prefix/share/vhod/errors" GUIDES="$guides" SEARCH="$search" STATS="$stats" STATIC="$static" EXTRA= \
            >"$share/examples/${file##*/}"
        chmod 0644 "$share/examples/${file##*/}"
    done
}

install_manuals() {
    local page
    for page in "$top"/cgi-bin/man/*.[1-8]; do
        install -D -m 0644 -t "$destdir$prefix/share/man/man${page##*.}" "$page"
    done
}

install_programs
copy_tree "$top/templates" "$share/templates"
copy_tree "$top/htdocs" "$share/htdocs"
fill_errors "$top" "$share/errors"
copy_tree "$top/data" "$share/data"
install_settings
install_examples
install_manuals
echo "installed below $destdir$prefix; what comes next stands in $prefix/share/vhod/examples and in README.md"
