#!/bin/bash
# install.sh --build DIR --prefix DIR [--destdir DIR] [--seed no]: what `make install` does, and the first step of `make deb`.
# Copies files, and nothing else: it starts nothing, makes no user, and touches no configuration of a web server.
#
#   PREFIX/bin/vhod               the maintainer's command
#   PREFIX/lib/vhod/*.fcgi        the programs
#   PREFIX/etc/vhod/vhod.ini      the settings; /etc/vhod/vhod.ini for PREFIX=/usr
#   PREFIX/share/vhod/            templates, htdocs, errors (the web server's own error pages), content (to begin with)
#   PREFIX/share/vhod/examples/   lighttpd, nginx, systemd, filled in for this prefix
#   PREFIX/share/man/             manual pages
#   PREFIX/share/locale/          what the command says, in other languages
#   /var/lib/vhod/content         the site's content: a copy of the one to begin with, if there is none (not with --seed no)
#
# What somebody may have changed is never written: settings that are there stay, and the new ones are then vhod.ini.new;
# content that is there stays as a whole.
set -euo pipefail
shopt -s inherit_errexit nullglob

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=cgi-bin/ops/fill.sh
. "$top/cgi-bin/ops/fill.sh"
build='' prefix='' destdir='' seed=yes
while [ $# -ge 2 ]; do
    case $1 in
    --build) build=$(cd "$2" && pwd) ;;
    --prefix) prefix=$2 ;;
    --destdir) destdir=$2 ;;
    --seed) seed=$2 ;;
    *) echo "install.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
if [ -z "$build" ] || [[ $prefix != /* ]]; then
    echo "install.sh: --build and an absolute --prefix are needed" >&2
    exit 2
fi
share=$destdir$prefix/share/vhod
conf=$prefix/etc/vhod
[ "$prefix" != /usr ] || conf=/etc/vhod
run=/run/vhod state=/var/lib/vhod port=8080

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

# What the command says, in the languages there are: found beside it (cgi-bin/base/message.h).
install_texts() {
    local language
    for language in "$build"/locale/*; do
        install -D -m 0644 -t "$destdir$prefix/share/locale/${language##*/}/LC_MESSAGES" "$language/LC_MESSAGES/vhod.mo"
    done
}

# The settings of data/, with the folders of an installed site; behind a server on the same machine every client may look
# local, so the statistics are for users whom the web server has authenticated.
install_settings() {
    local target=$destdir$conf/vhod.ini
    [ ! -e "$target" ] || target=$target.new
    mkdir -p "${target%/*}"
    sed -e "s|^data *=.*|data = $state/content|" -e "s|^templates *=.*|templates = $prefix/share/vhod/templates|" \
        -e "s|^state *=.*|state = $state/state|" -e "s|^store *=.*|store = sqlite:$state/tally/tally.db|" \
        -e "s|^folder *=.*|folder = $run/metrics|" -e 's|^loopback *=.*|loopback = no|' \
        "$top/data/vhod.ini" >"$target"
    chmod 0644 "$target"
}

# Whole or not at all: a copy that was broken off is no content.
seed_content() {
    local target=$destdir$state/content
    if [ "$seed" = no ] || [ -e "$target" ]; then return; fi
    rm -rf "$target.new"
    mkdir -p "${target%/*}"
    copy_tree "$share/content" "$target.new"
    mv "$target.new" "$target"
}

# Where the web server of a file writes its complaints.
log_of() { # FILE
    case $1 in
    nginx*.conf) echo /var/log/nginx/vhod.log ;;
    *) echo /var/log/vhod/lighttpd.log ;;
    esac
}

install_examples() {
    local file name guides search stats static harden
    guides=$(fill_prefixes "$build" guides)
    search=$(fill_prefixes "$build" search)
    stats=$(fill_prefixes "$build" stats)
    static=$(fill_static "$top/htdocs")
    harden=$(grep -v '^#' "$top/templates/server/harden.conf")
    mkdir -p "$share/examples"
    for file in "$top"/templates/server/*; do
        name=${file##*/}
        case $name in error.html | errors.txt | harden.conf) continue ;; esac
        fill_template "$file" PORT="$port" HTDOCS="$prefix/share/vhod/htdocs" RUN="$run" LOG="$(log_of "$name")" \
            PREFIX="$prefix" CONF="$conf" STATE="$state" HARDEN="$harden" ERRORS="$prefix/share/vhod/errors" \
            GUIDES="$guides" SEARCH="$search" STATS="$stats" STATIC="$static" EXTRA= >"$share/examples/$name"
        chmod 0644 "$share/examples/$name"
    done
}

install_manuals() {
    local page
    for page in "$top"/cgi-bin/man/*.[1-8]; do
        install -D -m 0644 -t "$destdir$prefix/share/man/man${page##*.}" "$page"
    done
}

install_programs
install_texts
copy_tree "$top/templates" "$share/templates"
copy_tree "$top/htdocs" "$share/htdocs"
fill_errors "$top" "$share/errors"
copy_tree "$top/data" "$share/content"
install_settings
seed_content
install_examples
install_manuals
echo "installed below $destdir$prefix; what comes next: man vhod-setup"
