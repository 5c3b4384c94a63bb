# fill.sh: fills in the templates of templates/server. Sourced by serve.sh and install.sh (bash); does nothing by itself.
#
# The words between two @ are: PORT, HTDOCS (folder of plain files), RUN (folder of the sockets), LOG (a file), ERRORS
# (folder of the web server's own error pages), PREFIX, CONF (folder of the settings), STATE (folder of content and state),
# HARDEN (harden.conf, for the units of systemd); GUIDES, SEARCH, STATS (what each program answers, asked of the
# program), STATIC (the files of htdocs), EXTRA (more pools).
# shellcheck shell=bash

# Alternation for a location pattern; a pattern that matches nothing where there is nothing to match.
fill_prefixes() { # BUILD PROGRAM
    local words
    words=$("$1/bin/$2.fcgi" --prefixes)
    printf '%s' "${words:-(?!)}"
}

fill_static() { # HTDOCS
    local words=''
    # shellcheck disable=SC2016  # a sed expression
    [ ! -d "$1" ] ||
        words=$(cd "$1" && find . -type f ! -name '.*' | sed -e 's|^\./||' -e 's/[].[*^$(){}?+|\\]/\\&/g' | sort | paste -sd'|')
    printf '%s' "${words:-(?!)}"
}

# The pages that the web server shows when it has to answer by itself, one file a status.
fill_errors() { # TOP FOLDER
    local status title text
    mkdir -p "$2"
    while IFS='|' read -r status title text; do
        [[ $status =~ ^[0-9]{3}$ ]] || continue
        sed -e "s|@STATUS@|$status|" -e "s|@TITLE@|$title|g" -e "s|@TEXT@|$text|" "$1/templates/server/error.html" >"$2/$status.html"
    done <"$1/templates/server/errors.txt"
}

# Prints a template with its words filled in; fails if one is left.
fill_template() { # FILE WORD=VALUE...
    local text word
    text=$(cat "$1")
    shift
    for word in "$@"; do
        text=${text//"@${word%%=*}@"/"${word#*=}"} # in quotes: bash 5.2 would take & for what was found
    done
    if [[ $text =~ @[A-Z]+@ ]]; then
        echo "fill.sh: nothing is known for ${BASH_REMATCH[0]}" >&2
        return 1
    fi
    printf '%s\n' "$text"
}
