#!/bin/sh
# tool.sh PACKAGE PROGRAM TARGET: one program out of a Debian package, into the file TARGET, without installing the package:
# for a tool of the tests whose package brings a service and much else. Where it cannot be had (no network), the tests that
# want it say that they are skipped; so that is said here and is no failure.
set -eu

package=$1 program=$2 target=$3
if [ -x "$target" ] || command -v "${program##*/}" >/dev/null; then exit 0; fi

folder=$(cd "$(dirname "$target")" && pwd)
work=$(mktemp -d "$folder/tool.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
chmod 0755 "$work"

fetch() { (cd "$work" && apt-get -qq download "$package" >/dev/null 2>&1); }
if ! fetch; then
    echo "make: $package cannot be fetched; what needs ${program##*/} is skipped" >&2
    exit 0
fi
dpkg-deb --fsys-tarfile "$work/$package"_*.deb | tar -x -C "$work" ".$program"
mv "$work$program" "$target"
