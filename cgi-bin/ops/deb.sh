#!/bin/bash
# deb.sh --build DIR: makes the Debian packages into DIR/deb. The sources are those that git knows, with the changes that
# they have at the moment; debian/ comes from here, because the project's top level has no place for it. Prints the packages.
set -euo pipefail
shopt -s inherit_errexit nullglob

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ "${1:-}" = --build ] && [ -n "${2:-}" ] || { echo "deb.sh: --build DIR is needed" >&2; exit 2; }
mkdir -p "$2/deb"
out=$(cd "$2/deb" && pwd)
version=$(sed -n 's/^#define VHOD_VERSION "\(.*\)"$/\1/p' "$top/cgi-bin/base/version.h")
source=$out/vhod-$version
rm -rf "$source" "$out"/vhod*.*

mkdir "$source"
if git -C "$top" rev-parse --git-dir >/dev/null 2>&1; then
    (cd "$top" && git ls-files -z -- Makefile README.md cgi-bin templates data htdocs | xargs -0 cp --parents -t "$source")
else
    (cd "$top" && cp -R Makefile README.md cgi-bin templates data htdocs "$source")
fi
mv "$source/cgi-bin/ops/debian" "$source/debian"
# One line a version is all that there is to say; the rest is in git.
cat >"$source/debian/changelog" <<END
vhod ($version) unstable; urgency=medium

  * Version $version of vhod.

 -- vhod maintainers <maintainers@vhod.invalid>  $(date -R -r "$top/cgi-bin/base/version.h")
END
(cd "$source" && dpkg-buildpackage -us -uc >"$out/build.log" 2>&1) || { tail -40 "$out/build.log" >&2; exit 1; }
lintian --fail-on error,warning "$out"/vhod_"$version"_*.changes
ls -l "$out"/*.deb | awk '{ print $5, $NF }'
